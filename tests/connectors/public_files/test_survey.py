"""A folder of downloads: recognised by content, read whole, what is lacking is said."""

from __future__ import annotations

import os
import shutil
from datetime import date

import pytest

from rounds.connectors.public_files import NoSuchFolder, survey
from tests.universe_files import LINKAGE, NEW_GENERAL, csv_bytes, hospital, put, small_universe

KINDS = {
    "general", "cost_report", "linkage", "cehrt", "developer", "lantern", "oracle_r4", "ruca", "cbsa_population",
    "cbsa_county", "zip_county", "urban_rural", "zip_centroid", "hifld", "hifld_crosswalk", "breaches",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return small_universe(tmp_path)


@pytest.mark.req("INTEG-18")
def test_every_kind_is_recognised_by_its_content_whatever_it_is_called(folder):
    seen = survey(folder)
    assert {one.source for one in seen.found} == KINDS
    assert seen.refused == ()


def test_flat_or_nested_and_renamed_gives_the_same_tables(folder, tmp_path_factory):
    flat = tmp_path_factory.mktemp("flat")
    for place, path in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
        shutil.copy2(path, flat / f"{place:03}.download")
    before, after = survey(folder), survey(flat)
    assert sorted(one.sha256 for one in before.found) == sorted(one.sha256 for one in after.found)
    for name, table in before.tables().items():
        unnamed = [column for column in table.column_names if column != "file"]
        assert table.select(unnamed).num_rows == after.tables()[name].num_rows


def test_what_is_lacking_is_said_with_what_stays_empty(tmp_path):
    put(tmp_path, "x.csv", csv_bytes(NEW_GENERAL, [hospital("010001", "A", "IN", "46202")]))
    seen = survey(tmp_path)
    assert any("AHRQ" in sentence and "health systems" in sentence for sentence in seen.lacking)
    assert len(seen.lacking) == 16
    assert seen.tables()["cost_report"].num_rows == 0
    assert "net_patient_revenue_usd" in seen.tables()["cost_report"].column_names


def test_ccns_get_their_zeros_back_and_numbers_written_by_a_spreadsheet_their_form(folder):
    tables = survey(folder).tables()
    assert set(tables["cehrt"]["ccn"].to_pylist()) == {"010001", "010002", "021300"}
    assert tables["hifld_crosswalk"].select(["ccn", "hifld_id"]).to_pylist() == [
        {"ccn": "010001", "hifld_id": "123"},
        {"ccn": "01014F", "hifld_id": "777"},
    ]


def test_the_defects_of_the_real_files_are_read_as_what_they_mean(folder):
    tables = survey(folder).tables()
    general = {row["ccn"]: row for row in tables["general"].to_pylist() if row["newest"]}
    assert general["010001"]["stars"] == 4
    assert general["010002"]["stars"] is None  # "Not Available"
    assert general["021300"]["zip"] == "00602"
    hifld = tables["hifld"].to_pylist()
    assert [row["beds"] for row in hifld] == [None, 150]  # -999 is no number of beds
    assert [row["domain"] for row in hifld] == ["alpha.example", None]
    assert tables["linkage"]["system_name"][0].as_py() == "Alpha Health “One”"  # cp1252
    assert tables["linkage"].num_rows == 3  # the row without a CCN joins nothing
    assert tables["cbsa_county"].num_rows == 1  # the blank first row is gone
    assert tables["cbsa_population"]["name"][1].as_py() == "Cañon County, IN"  # latin-1
    assert tables["urban_rural"]["fips"][0].as_py() == "18097"
    assert tables["cost_report"]["ends"][0].as_py() == date(2022, 12, 31)
    assert {row["zip"] for row in tables["endpoints"].to_pylist()} == {None, "46202"}


def test_the_newest_general_file_is_the_one_of_the_newest_layout_even_if_its_date_says_otherwise(folder):
    os.utime(folder / "a.csv", (1_000_000_000, 1_000_000_000))
    newest = survey(folder).of("general")[0]
    assert newest.path == "a.csv"


def test_how_new_a_file_is_comes_from_its_content_then_its_name_then_its_own_date(folder):
    put(
        folder,
        "linkage_2021.csv",
        csv_bytes(LINKAGE, [["C1", "010001", "A", "HSI1", "S", "", "", "", "", "", "", "", ""]]),
    )
    (folder / "d.csv").unlink()
    dates = {one.source: one.as_of for one in survey(folder).found}
    assert dates["cost_report"] == date(2024, 1, 31)
    assert dates["linkage"] == date(2021, 1, 1)
    assert dates["hifld"] == date(2019, 8, 13)
    os.utime(folder / "f.csv", (1_600_000_000, 1_600_000_000))
    assert {one.source: one.as_of for one in survey(folder).found}["developer"] == date(2020, 9, 13)


def test_a_second_copy_is_left_aside_and_an_older_edition_too(folder):
    shutil.copy(folder / "c.csv", folder / "c copy.csv")
    put(folder, "ruca_2000.csv", csv_bytes(
        ["ZIP_CODE", "STATE", "ZIP_TYPE", "RUCA1", "RUCA2"], [["46202", "IN", "Z", "9", "9"]]))  # fmt: skip
    seen = survey(folder)
    assert len(seen.of("cost_report")) == 1
    told = dict(seen.skipped)
    assert "the same file" in told.get("c copy.csv", told.get("c.csv", ""))
    assert "older than" in told["ruca_2000.csv"]
    assert seen.tables()["ruca"].num_rows == 3


def test_files_that_are_not_ours_are_said_and_stop_nothing(folder):
    put(folder, "notes.md", b"# Notes\n")
    put(folder, "deals.csv", b"opportunity_id,stage\n1,Won\n")
    put(folder, "patient.json", b'{"resourceType": "Patient"}')
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 50)
    (folder / "empty.csv").touch()
    seen = survey(folder)
    assert {path for path, _ in seen.skipped} == {"notes.md", "deals.csv", "patient.json", "book.xlsx", "empty.csv"}
    assert not seen.refused


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(NoSuchFolder, match="There is no folder"):
        survey(tmp_path / "nowhere")
