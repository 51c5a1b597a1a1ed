"""Deals of another system with the stages they stood in: back-dated, marked, reconciled, and moved by the gates from then on."""

from __future__ import annotations

import pytest

from rounds.access.scope import scope_of
from rounds.actions.deals import stages
from rounds.actions.flow import imports
from rounds.jobs import import_here
from rounds.jobs.imports import Walk
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.scope import SYSTEM
from rounds.models import Event, Import, Opportunity, StageEntry

DEALS = """Id,Name,AccountId,StageName,Amount,CloseDate,CreatedDate,LastStageChangeDate,OwnerId
006A,Larksong early warning,001A,Value Proposition,250000.50,2027-03-01,2026-02-01,2026-05-01,{owner}
006B,Larksong imaging,001A,Closed Won,400000,2026-06-15,2025-09-01,,{owner}
006C,Larksong triage,001A,Closed Lost,90000,2026-04-10,2025-11-01,,
006D,Nowhere deal,001X,Prospecting,1,2027-01-01,2026-10-01,,
006E,Larksong notes,001A,Moonshot,1,2027-01-01,2026-10-01,,
"""
HISTORY = """OpportunityId,Field,OldValue,NewValue,CreatedDate,CreatedById
006B,StageName,Prospecting,Needs Analysis,2025-10-01,Ann
006B,StageName,Needs Analysis,Perception Analysis,2025-12-01,Ann
006B,Amount,1,2,2025-12-02,Ann
006B,StageName,Perception Analysis,Closed Won,2026-06-10,Ann
006A,StageName,Prospecting,Value Proposition,2026-05-01,Ann
006Z,StageName,Prospecting,Needs Analysis,2026-05-01,Ann
"""


@pytest.fixture
def house(cast, tmp_path):
    """`house(text)` imports a file as RevOps does; answers its report."""
    def send(text: str, name: str = "deals.csv") -> import_here.Report:
        path = tmp_path / name
        path.write_text(text.replace("{owner}", cast.owner.email))
        return import_here.run(path, scope=scope_of(cast.revops), by=cast.revops.actor)

    assert send("Id,Name,BillingState\n001A,Larksong Medical Center,NY\n", "accounts.csv").taken == 1
    return send


@pytest.mark.req("PLUS-23", "PIPE-26")
def test_deals_come_with_their_stage_marked_as_imported(house, cast, as_seen_by):
    report = house(DEALS)
    assert (report.noun, report.taken, len(report.refused)) == ("deal", 3, 2)
    assert "import the accounts first" in str(report.refused)
    assert "Moonshot" in str(report.refused)
    with as_seen_by(cast.revops):
        early, won, lost = Opportunity.objects.filter(external_id__in=("006A", "006B", "006C")).order_by("external_id")
        assert (early.stage, early.amount_cents, early.owner_id, str(early.stage_since.date())) == ("O2", 25_000_050, cast.owner.id, "2026-05-01")
        assert (won.stage, won.is_open, str(won.closed_at.date())) == ("O9", False, "2026-06-15")
        assert (lost.stage, lost.forecast_category) == ("O10", "omitted")
        entry = StageEntry.objects.get(opportunity=won)
        assert (entry.cause, entry.way, entry.now) == ("import", "imported", "O9"), "no gate of ours let it through, and the history says so"
        assert Event.objects.get(kind="opportunity.opened", subject_id=won.id).quiet


@pytest.mark.req("PLUS-23", "PIPE-26")
def test_their_history_comes_after_them_and_reconciles(house, cast, as_seen_by):
    house(DEALS)
    report = house(HISTORY, "history.csv")
    assert (report.noun, report.taken, report.skipped, len(report.refused)) == ("stage", 4, 1, 1)
    assert all(one["same"] for one in report.reconciled), report.reconciled
    with as_seen_by(cast.revops):
        told = StageEntry.objects.filter(opportunity__external_id="006B", cause="import").exclude(way="imported").order_by("entered_at")
        assert [(one.was, one.now, one.way) for one in told] == [("O1", "O2", "forward"), ("O2", "O3", "forward"), ("O3", "O9", "won")]
    again = house(HISTORY, "history.csv")
    assert (again.taken, again.there) == (0, 4)


@pytest.mark.req("PLUS-23", "PIPE-26")
def test_a_history_that_says_only_where_a_deal_stood_tells_where_it_came_from(house, cast, as_seen_by):
    house(DEALS)
    rows = ("Closed Won,2026-06-10", "Prospecting,2025-09-02", "Needs Analysis,2025-10-01", "Needs Analysis,2025-11-01", "Perception Analysis,2025-12-01")
    report = house("OpportunityId,StageName,CreatedDate\n" + "".join(f"006B,{row}\n" for row in rows), "history.csv")
    assert (report.noun, report.taken, report.skipped) == ("stage", 4, 1)
    with as_seen_by(cast.revops):
        told = StageEntry.objects.filter(opportunity__external_id="006B", cause="import").exclude(way="imported").order_by("entered_at")
        assert [(one.was, one.now, one.way) for one in told] == [
            ("", "O1", "opened"), ("O1", "O2", "forward"), ("O2", "O3", "forward"), ("O3", "O9", "won")]  # fmt: skip


@pytest.mark.req("PLUS-23", "PIPE-17")
def test_a_later_file_moves_what_nobody_moved_here_and_nothing_else(house, cast, as_seen_by):
    house(DEALS)
    with as_seen_by(cast.owner):
        early = Opportunity.objects.get(external_id="006A")
        stages.move(early, "O1", reason="Budget is open again", by=cast.owner.actor, at=now())
    changed = DEALS.replace("Value Proposition,250000.50", "Perception Analysis,300000").replace("Closed Lost,90000,2026-04-10", "Negotiation/Review,90000,2027-04-10")
    report = house(changed)
    assert report.updated == 2
    with as_seen_by(cast.revops):
        assert Opportunity.objects.get(external_id="006A").stage == "O1", "somebody moved it here: our gates move it from now on"
        assert Opportunity.objects.get(external_id="006A").amount_cents == 30_000_000
        opened_again = Opportunity.objects.get(external_id="006C")
        assert (opened_again.stage, opened_again.closed_at) == ("O8", None)


@pytest.mark.req("INTEG-17", "PLUS-23")
def test_the_whole_import_is_taken_back(house, cast, as_seen_by):
    house(DEALS)
    of = Import.objects.latest("at")
    with as_seen_by(cast.revops):
        imports.ask_undo(of, by=cast.revops.actor, at=now())
    Walk(Import.objects.get(pk=of.pk), SYSTEM_ACTOR, lambda: SYSTEM).undo()
    with as_seen_by(cast.revops):
        assert not Opportunity.objects.filter(external_id__startswith="006").exists()
        assert not StageEntry.objects.exists()
