"""The folder for BI: through whose eyes, whole or not at all, and nothing stays that was erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from rounds.access.allowed import NotAllowed
from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.trust import erasing, subjects
from rounds.actions.trust.exports import ReasonAsked
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import answer
from rounds.analytics.numbers.live import Live
from rounds.analytics.warehouse import building
from rounds.jobs import warehouse
from rounds.kit.clock import now
from rounds.models import AuditEntry
from rounds.models.flow.active import active
from tests.analytics.numbers.conftest import deals  # noqa: F401

pytestmark = pytest.mark.req("INTEG-05")
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)
WHY = "The dashboards of the board"


def ask(folder, sql):
    with duckdb.connect() as base:
        for file in (folder / "current").glob("*.parquet"):
            base.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM '{file}'")
        return base.execute(sql).fetchall()


@pytest.fixture
def several(cast, deals):  # noqa: F811
    deals(cast.owner, ["won"] * 5 + ["lost"] * 3 + ["open"], closed=NOVEMBER)
    deals(cast.colleague, ["won", "lost", "open"], closed=NOVEMBER)


def test_it_holds_what_its_person_sees_and_the_audit_trail_says_so(cast, several, tmp_path):
    for user, many in ((cast.admin, 12), (cast.owner, 9)):
        made = warehouse.refresh(tmp_path / user.name.split()[0], user, reason=WHY, at=AT)
        folder = made.folder.parent
        assert ask(folder, "SELECT count(*) FROM fact_deals") == [(many,)]
        scope = scope_of(user)
        with sight(scope):
            found = answer("won_value", periods.parse("2026-Q4", active().playbook, AT.date()), Live(scope, active().playbook), AT, trend=False).reading
        [(cents,)] = ask(folder, "SELECT sum(counted_cents) FROM fact_deals JOIN dim_date ON day = closed_on WHERE is_won = 1 AND fiscal_quarter = '2026-Q4'")
        assert cents == found.value * 100
        assert made.about["scope"] == scope.hash
        assert json.loads((made.folder / "_about.json").read_text())["as_of"] == "2026-11-20T15:00:00+00:00"
    assert AuditEntry.objects.filter(verb="warehouse.refresh").count() == 2
    assert {row.detail["reason"] for row in AuditEntry.objects.filter(verb="warehouse.refresh")} == {WHY}


def test_who_may_take_nothing_out_makes_no_folder(cast, several, tmp_path):
    with pytest.raises(NotAllowed):
        warehouse.refresh(tmp_path, cast.executive, reason=WHY, at=AT)
    assert not (tmp_path / "current").exists()
    assert not list(tmp_path.glob(".making/**/*.parquet"))


def test_another_ones_folder_is_left_alone(cast, several, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(warehouse.NotOurs):
        warehouse.refresh(tmp_path, cast.admin, reason=WHY, at=AT)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_refresh_that_was_killed_leaves_the_one_before_and_is_carried_on(cast, deals, several, tmp_path, monkeypatch):  # noqa: F811
    warehouse.refresh(tmp_path, cast.admin, reason=WHY, at=AT)
    deals(cast.owner, ["open"], closed=NOVEMBER)
    copy, copied = building._copy, []

    def dies(files, sql, path):
        copied.append(path.stem)
        if len(copied) == 4:
            raise KeyboardInterrupt
        return copy(files, sql, path)

    monkeypatch.setattr(building, "_copy", dies)
    with pytest.raises(KeyboardInterrupt):
        warehouse.refresh(tmp_path, cast.admin, reason=WHY, at=AT + timedelta(minutes=1))
    assert ask(tmp_path, "SELECT count(*) FROM fact_deals") == [(12,)], "the one before stays in force"
    copied[3:] = [""] * 9
    made = warehouse.refresh(tmp_path, cast.admin, reason=WHY, at=AT + timedelta(minutes=2))
    assert made.resumed
    assert copied.count("fact_deals") == 1, "what was written is not written again"
    assert ask(tmp_path, "SELECT count(*) FROM fact_deals") == [(13,)]
    assert made.about["as_of"] == "2026-11-20T15:01:00+00:00", "as of the moment its tables are of"
    assert sorted(one.name[:5] for one in tmp_path.iterdir()) == [".lock", "curre", "star-"], "nothing stays of those before"


def test_whoever_was_erased_is_nowhere_in_it_and_asks_for_a_refresh(cast, several, lead_of, tmp_path):
    mail = "zaphira.quill@erased.example"
    lead = lead_of(cast.owner, name="Zaphira Quillfeather", email=mail)
    made = warehouse.refresh(tmp_path, cast.admin, reason=WHY, csv=True, at=now())
    assert str(lead.pk) in (made.folder / "csv" / "fact_leads.csv").read_text()
    assert not warehouse.due(tmp_path, now() + timedelta(hours=1))
    erasing.erase(subjects.begin("erasure", mail, by=cast.compliance.actor, at=now()), by=cast.compliance.actor, at=now())
    assert warehouse.due(tmp_path, now() + timedelta(hours=1))
    made = warehouse.refresh(tmp_path, cast.admin, reason=WHY, csv=True, at=now())
    assert not made.resumed
    told = "".join(file.read_text() for file in tmp_path.rglob("*.csv"))
    assert "Quillfeather" not in told
    assert "zaphira" not in told
    assert not warehouse.due(tmp_path, now() + timedelta(hours=2))
    assert warehouse.due(tmp_path, now() + timedelta(hours=23))


def test_many_rows_ask_for_a_reason(cast, several, tmp_path, monkeypatch):
    from rounds.actions.trust import exports

    monkeypatch.setattr(exports, "limits", lambda: exports.Limits(3, 1_000_000))
    with pytest.raises(ReasonAsked):
        warehouse.refresh(tmp_path, cast.admin, at=AT)
    assert not list(tmp_path.rglob("*.parquet")), "nothing stays of what may not leave"
