"""Torn, wrong and hostile files: one clear sentence each, nothing used, nothing hurt."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.connectors.public_files import Limits, survey
from rounds.connectors.public_files.limits import MIB
from tests.universe_files import NEW_GENERAL, bundle, csv_bytes, hospital, put

ROWS = [hospital(f"01{number:04}", f"HOSPITAL {number}", "IN", "46202") for number in range(1, 40)]
GENERAL = csv_bytes(NEW_GENERAL, ROWS)
SMALL = Limits(file_bytes=4 * MIB, unpacked_bytes=4 * MIB, ratio_applies_from=MIB, rows=1_000, columns=60)


def only_refusal(folder, limits=SMALL):
    """The one sentence said of the one file in `folder`."""
    seen = survey(folder, limits=limits)
    assert seen.found == ()
    assert len(seen.refused) == 1, (seen.refused, seen.skipped)
    return seen.refused[0][1]


def test_a_row_cut_short_is_named_with_its_number(tmp_path):
    put(tmp_path, "g.csv", GENERAL[: len(GENERAL) - 60])
    sentence = only_refusal(tmp_path)
    assert "columns" in sentence
    assert "download" in sentence


def test_a_gzip_cut_short_says_the_download_was_cut(tmp_path):
    whole = gzip.compress(os.urandom(9) * 0 + GENERAL * 200)
    (tmp_path / "g.csv.gz").write_bytes(whole[: len(whole) // 2])
    assert "cut short" in only_refusal(tmp_path)


def test_json_cut_short_is_torn(tmp_path):
    text = json.dumps(bundle(*[(f"Hospital {n}", "46202") for n in range(300)])).encode()
    put(tmp_path, "b.json", text[: len(text) * 2 // 3])
    assert "not complete JSON" in only_refusal(tmp_path)


def test_a_quote_that_never_closes_is_torn(tmp_path):
    put(tmp_path, "g.csv", GENERAL + b'010999,"HOSPITAL WITHOUT END')
    assert "download it again" in only_refusal(tmp_path)
    put(tmp_path, "g.csv", GENERAL[: GENERAL.rstrip().rfind(b",") + 1] + b'"Not Avail')
    assert "inside a quoted text" in only_refusal(tmp_path)


def test_a_header_without_rows_is_torn(tmp_path):
    put(tmp_path, "g.csv", csv_bytes(NEW_GENERAL, []))
    assert "no rows" in only_refusal(tmp_path)


def test_a_row_with_too_many_columns_names_the_likely_comma(tmp_path):
    put(tmp_path, "g.csv", GENERAL + b"010999,NAME, WITH COMMA,1 Main,X,IN,46202,M,5,Acute,Own,Yes,,3\r\n")
    assert "comma" in only_refusal(tmp_path)


@pytest.mark.req("INTEG-18")
def test_a_renamed_column_is_said_by_name_and_the_file_is_not_taken_for_unknown(tmp_path):
    header = ["Ownership" if name == "Hospital Ownership" else name for name in NEW_GENERAL]
    put(tmp_path, "g.csv", csv_bytes(header, ROWS))
    sentence = only_refusal(tmp_path)
    assert "hospital_ownership" in sentence
    assert "CMS Hospital General Information" in sentence


def test_rows_without_one_ccn_are_refused(tmp_path):
    put(tmp_path, "g.csv", csv_bytes(NEW_GENERAL, [hospital("not an id", "A", "IN", "46202")]))
    assert "not one usable row" in only_refusal(tmp_path)


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(GENERAL) + b"".join(packer.compress(b"0" * MIB) for _ in range(64)) + packer.flush()
    (tmp_path / "g.csv.gz").write_bytes(bomb)
    assert "bomb" in only_refusal(tmp_path)


def test_a_bomb_of_many_gzip_members_is_caught_too(tmp_path):
    (tmp_path / "g.csv.gz").write_bytes(gzip.compress(GENERAL) + gzip.compress(b"0" * MIB) * 40)
    assert "bomb" in only_refusal(tmp_path)


def test_a_file_beyond_the_size_is_not_read(tmp_path):
    put(tmp_path, "g.csv", GENERAL + b"x" * (5 * MIB))
    assert "no public file is larger" in only_refusal(tmp_path)


def test_too_many_rows_and_columns_are_refused(tmp_path):
    put(tmp_path, "g.csv", csv_bytes(NEW_GENERAL, ROWS * 30))
    assert "rows" in only_refusal(tmp_path)
    wide = [*NEW_GENERAL, *(f"x{number}" for number in range(100))]
    put(tmp_path, "g.csv", csv_bytes(wide, [[*row, *[""] * 100] for row in ROWS]))
    assert "columns" in only_refusal(tmp_path)


def test_nul_bytes_after_a_known_header_are_refused(tmp_path):
    put(tmp_path, "g.csv", GENERAL + b"\x00" * 20)
    assert "NUL" in only_refusal(tmp_path)


def test_deep_json_does_not_exhaust_the_stack(tmp_path):
    deep = '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Endpoint","x":' + "[" * 200_000
    put(tmp_path, "b.json", deep.encode())
    assert any(word in only_refusal(tmp_path) for word in ("nested", "not complete JSON"))


def test_json_of_another_build_is_said_and_not_a_stack_trace(tmp_path):
    put(tmp_path, "b.json", b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Endpoint",'
                            b'"contained":[7]}}]}')  # fmt: skip
    assert "not built like" in only_refusal(tmp_path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    outside = put(tmp_path / "outside", "g.csv", GENERAL)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "g.csv").symlink_to(outside)
    (inside / "sub").symlink_to(outside.parent)
    seen = survey(inside)
    assert seen.found == ()
    assert [path for path, _ in seen.refused] == ["g.csv", "sub"]
    assert all("leads out of the folder" in sentence for _, sentence in seen.refused)


def test_a_link_inside_the_folder_is_passed_over(tmp_path):
    put(tmp_path, "g.csv", GENERAL)
    (tmp_path / "again.csv").symlink_to(tmp_path / "g.csv")
    seen = survey(tmp_path)
    assert len(seen.found) == 1
    assert not seen.refused


def test_a_pipe_does_not_hang_the_survey(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert survey(tmp_path).skipped[0][0] == "pipe.csv"


def test_formulas_stay_text(tmp_path):
    put(
        tmp_path, "g.csv", csv_bytes(NEW_GENERAL, [hospital("010001", '=HYPERLINK("http://x.example")', "IN", "46202")])
    )
    assert survey(tmp_path).tables()["general"]["name"][0].as_py() == '=HYPERLINK("http://x.example")'


def test_a_folder_of_endless_files_is_refused(tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(Exception, match="holds more than 10 files"):
        survey(tmp_path, limits=replace(SMALL, files=10))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(GENERAL) - 1), junk=st.binary(max_size=40), cut=st.booleans())
def test_no_damage_whatever_is_more_than_a_sentence(tmp_path, at, junk, cut):
    damaged = GENERAL[:at] + junk + (b"" if cut else GENERAL[at:])
    put(tmp_path, "g.csv", damaged)
    seen = survey(tmp_path, limits=SMALL)
    for _, sentence in (*seen.refused, *seen.skipped):
        assert sentence.strip()
    for one in seen.found:
        assert one.rows <= len(ROWS) + len(junk)
