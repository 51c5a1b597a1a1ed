"""Loading the small universe: what is written the first time, the second time, and when the world has moved on."""

from __future__ import annotations

import functools
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.universe_files import NEW_GENERAL, REPORT, csv_bytes, hospital, put, report

REPORTED = {
    "hospitals", "systems", "buying_units", "fill", "ehr_vendor", "tiers", "fit", "rows", "seconds", "peak_rss_mb",
}  # fmt: skip


class QuietFiles(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *unused):
        pass


def twelve(skip: str = "") -> list[list[object]]:
    """A list of twelve hospitals, one left out."""
    rows = [hospital(f"01{number:04}", f"TWELVE {number} HOSPITAL", "IN", "46202") for number in range(1, 13)]
    return [row for row in rows if row[0] != skip]


@pytest.mark.req("PLUS-05", "PLUS-06", "INTEG-18")
def test_the_first_load_makes_accounts_and_the_second_writes_nothing(desk, folder):
    first = desk.load(folder)
    assert set(first) >= REPORTED
    assert (first["hospitals"], first["systems"], first["buying_units"]) == (5, 1, 3)
    assert first["rows"] == {"created": 6, "updated": 0, "unchanged": 0}
    assert first["fill"]["beds"] == {"all": 0.8, "core": 1.0}
    assert first["ehr_vendor"] == {"Epic": 2, "MEDITECH": 1}
    before = desk.marks()
    second = desk.load(folder)
    assert second["rows"] == {"created": 0, "updated": 0, "unchanged": 6}
    assert second["claims"]["created"] == second["claims"]["updated"] == second["verdicts"] == 0
    assert desk.marks() == before


@pytest.mark.req("ACCT-07", "PLUS-06", "PLUS-01", "PLUS-08", "ROUTE-02")
def test_accounts_stand_in_their_system_scored_tiered_and_placed(desk, folder):
    desk.load(folder)
    rows = desk.ask(
        """
        SELECT a.name, a.level, a.is_unit, p.name, u.name, a.beds, a.territory <> '', a.fit_grade <> '',
               a.tier, a.tier_stage, a.programme
          FROM rounds_account a LEFT JOIN rounds_account p ON p.id = a.parent_id
          JOIN rounds_account u ON u.id = a.buying_unit_id ORDER BY a.level DESC, a.name
        """
    )
    by_name = {row[0]: row[1:] for row in rows}
    system = "Alpha Health “One”"
    assert by_name[system] == ("system", True, None, system, 700, True, True, 2, "provisional", "core")
    assert by_name["Alpha Medical Center"][:5] == ("hospital", False, system, system, 620)
    assert by_name["Gamma County Hospital"][:4] == ("hospital", True, None, "Gamma County Hospital")
    assert by_name["Epsilon VA Medical Center"][-1] == "federal"
    scores = desk.ask("SELECT model, count(*) FROM rounds_scorerecord GROUP BY 1 ORDER BY 1")
    assert scores == [("abm_account", 6), ("lead_fit", 6)]


@pytest.mark.req("PLUS-04")
def test_a_load_is_quiet(desk, folder):
    desk.load(folder)
    assert desk.ask("SELECT count(*) FROM rounds_event WHERE NOT quiet AND kind <> 'playbook.published'") == [(0,)]
    assert desk.ask("SELECT count(*) FROM rounds_event WHERE kind = 'account.added' AND batch_id IS NOT NULL") == [(6,)]
    assert desk.ask("SELECT count(*) FROM rounds_delivery") == [(0,)]
    assert desk.ask("SELECT max(heat) FROM rounds_account") == [(0,)]


@pytest.mark.req("ACCT-19", "X-1")
def test_a_newer_file_updates_what_it_speaks_of_and_nothing_else(desk, folder):
    desk.load(folder)
    put(folder, "c2.csv", csv_bytes(REPORT, [report(9, "010002", "07/01/2023", "06/30/2024", "95", "120", "12")]))
    second = desk.load(folder)
    assert second["rows"] == {"created": 0, "updated": 2, "unchanged": 4}  # the hospital and its system
    assert desk.ask("SELECT beds FROM rounds_account WHERE ccn = '010002'") == [(95,)]
    assert desk.ask("SELECT beds FROM rounds_account WHERE system_id = 'HSI1'") == [(715,)]
    said = desk.ask("SELECT payload->'changed'->'beds' FROM rounds_event WHERE kind = 'account.changed' ORDER BY 1")
    assert said == [([80, 95],), ([700, 715],)]
    fact = desk.ask(
        """SELECT f.value, f.source_ref, f.as_of::text FROM rounds_accountfact f JOIN rounds_account a ON a.id = f.account_id
            WHERE a.ccn = '010002' AND f.key = 'beds' AND f.source = 'cost_report'"""
    )
    assert fact == [(95, "c2.csv row 1", "2024-06-30")]


@pytest.mark.req("ACCT-19")
def test_an_older_folder_takes_nothing_back(desk, folder):
    put(folder, "c2.csv", csv_bytes(REPORT, [report(9, "010002", "07/01/2023", "06/30/2025", "95", "120", "12")]))
    desk.load(folder)
    before = desk.print()
    (folder / "c2.csv").unlink()
    assert desk.load(folder)["rows"]["updated"] <= 1  # the system's sum is counted anew, its hospital stands
    assert desk.ask("SELECT beds FROM rounds_account WHERE ccn = '010002'") == [(95,)]
    assert [row[4] for row in desk.print() if row[0]] == [row[4] for row in before if row[0]]


@pytest.mark.req("ACCT-19")
def test_a_file_that_is_missing_blanks_nothing(desk, folder):
    desk.load(folder)
    before = desk.print()
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "a.csv":
            path.unlink()
    assert desk.load(folder)["rows"] == {"created": 0, "updated": 0, "unchanged": 5}
    assert desk.print() == before


@pytest.mark.req("ACCT-19")
def test_a_persons_value_is_never_overwritten(desk, folder):
    desk.load(folder)
    desk.python(
        """
        from rounds.actions.market import accounts
        by = Actor("user", None, "Olivia Grant")
        with system_sight():
            row = Account.objects.get(ccn="010002")
            accounts.change(row, beds=60, name="Beta Memorial", phone="555-1", ehr_vendor="MEDITECH", by=by, at=now())
        """
    )
    put(folder, "c2.csv", csv_bytes(REPORT, [report(9, "010002", "07/01/2023", "06/30/2024", "95", "120", "12")]))
    desk.load(folder)
    columns = "name, beds, phone, ehr_vendor, net_patient_revenue_cents"
    assert desk.ask(f"SELECT {columns} FROM rounds_account WHERE ccn = '010002'") == [
        ("Beta Memorial", 60, "555-1", "MEDITECH", 12_000)
    ]
    claims = desk.ask(
        """SELECT f.source, f.value FROM rounds_accountfact f JOIN rounds_account a ON a.id = f.account_id
            WHERE a.ccn = '010002' AND f.key = 'beds' AND (human OR source = 'cost_report') ORDER BY human"""
    )
    assert [value for _, value in claims] == [95, 60]


@pytest.mark.req("ACCT-07", "ACCT-19")
def test_a_hospital_a_person_moved_stays_where_it_was_put(desk, folder):
    desk.load(folder)
    desk.python(
        """
        from rounds.actions.market import accounts
        by = Actor("user", None, "Olivia Grant")
        with system_sight():
            accounts.move(Account.objects.get(ccn="010002"), None, by=by, at=now())
        """
    )
    desk.load(folder)
    assert desk.ask("SELECT parent_id, is_unit FROM rounds_account WHERE ccn = '010002'") == [(None, True)]


@pytest.mark.req("LEAD-31")
def test_a_hospital_added_by_hand_is_adopted_not_doubled(desk, folder):
    desk.python(
        """
        from rounds.actions.market import accounts
        with system_sight():
            accounts.add(name="Gamma County Hospital", level="hospital", state="PR", beds=31, by=SYSTEM_ACTOR, at=now())
        """
    )
    assert desk.load(folder)["rows"] == {"created": 5, "updated": 1, "unchanged": 0}
    assert desk.ask(
        "SELECT count(*), max(ccn), max(beds) FROM rounds_account WHERE name = 'Gamma County Hospital'"
    ) == [(1, "021300", 31)]
    assert desk.load(folder)["rows"] == {"created": 0, "updated": 0, "unchanged": 6}


@pytest.mark.req("PLUS-06")
def test_closed_hospitals_are_marked_and_may_come_back(desk, tmp_path):
    put(tmp_path, "list.csv", csv_bytes(NEW_GENERAL, twelve()))
    desk.load(tmp_path)
    put(tmp_path, "list.csv", csv_bytes(NEW_GENERAL, twelve(skip="010003")))
    assert desk.load(tmp_path)["closed"] == 1
    status = "SELECT status, closed_on IS NOT NULL FROM rounds_account WHERE ccn = '010003'"
    assert desk.ask(status) == [("closed", True)]
    assert desk.load(tmp_path)["closed"] == 0
    put(tmp_path, "list.csv", csv_bytes(NEW_GENERAL, twelve()))
    assert desk.load(tmp_path)["rows"]["updated"] == 1
    assert desk.ask(status) == [("open", False)]


@pytest.mark.req("PLUS-06")
def test_departments_follow_their_hospital_into_a_system(desk, folder):
    linkage = (folder / "d.csv").read_bytes()
    (folder / "d.csv").unlink()
    desk.load(folder)
    desk.python(
        """
        from rounds.actions.market import accounts
        with system_sight():
            top = Account.objects.get(ccn="010001")
            unit = accounts.add(name="Cardiology", level="department", parent=top, by=SYSTEM_ACTOR, at=now())
            accounts.add(name="Electrophysiology", level="service_line", parent=unit, by=SYSTEM_ACTOR, at=now())
        """
    )
    put(folder, "d.csv", linkage)
    desk.load(folder)
    units = desk.ask(
        """SELECT DISTINCT u.system_id FROM rounds_account a JOIN rounds_account u ON u.id = a.buying_unit_id
            WHERE a.name IN ('Cardiology', 'Electrophysiology', 'Alpha Medical Center')"""
    )
    assert units == [("HSI1",)]


@pytest.mark.req("INTEG-18")
def test_the_agencies_files_are_downloaded_and_loaded(desk, folder, tmp_path):
    """A folder served on this machine stands for the agencies; the addresses are those of a published playbook."""
    handler = functools.partial(QuietFiles, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    try:
        desk.python(
            f"""
            import re
            from rounds import playbook
            from rounds.actions.flow import playbooks
            files = dict(playbook.default().files)
            said = files["universe.yaml"]
            said = said[: said.index("agencies:")] + '''agencies:
              - {{file: the_list, address: "{here}/a.csv", verified: false, added: true}}
              - {{file: the_reports, address: "{here}/c.csv", verified: false, added: true}}
              - {{file: not_there, address: "{here}/nothing.csv", verified: false, added: true}}
            '''
            files["universe.yaml"] = said
            with system_sight():
                playbooks.publish(files, reason="addresses of a mirror", by=SYSTEM_ACTOR, at=now())
            """
        )
        target = tmp_path / "downloads"
        done = desk.rounds("universe", "load", target, "--from-agencies", "--json")
        assert done.exception is None, done.exception
        assert json.loads(done.stdout)["hospitals"] == 5
        assert "answered 404" in done.stderr
    finally:
        server.shutdown()
        server.server_close()
