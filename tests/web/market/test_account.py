"""A system's page: what it says, what can be done there, who must not see it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.models import Account, AccountFact, Answer, AuditEntry, CommitteeSeat, Intelligence, TierRecord
from rounds.models.flow.days import house_day

PARTS = ["", "hospitals/", "committee/", "leads/", "timeline/", "facts/", "scores/", "brief/", "change/", "preview/", "fit/"]


@pytest.mark.req("UI-01", "ACCT-01", "X-1")
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_there_for_the_owner_and_not_for_the_colleague(town, cast, door, part):
    url = f"/accounts/{town.system.id}/{part}"
    assert door(cast.owner).get(url).status_code == 200
    assert door(cast.manager).get(url).status_code == 200
    assert door(cast.colleague).get(url).status_code == 404
    away = door(None).get(url)
    assert away.status_code == 302
    assert away["Location"].startswith("/login/")


@pytest.mark.req("ACCT-07")
@pytest.mark.parametrize("name", ["big", "department", "line", "clinics"])
def test_every_level_has_its_page(town, cast, door, said, name):
    account = getattr(town, name)
    page = said(door(cast.admin).get(f"/accounts/{account.id}/"))
    assert account.name in page
    assert account.get_level_display() in page


@pytest.mark.req("PLUS-03", "PLUS-01", "PLUS-02")
def test_a_best_question_answered_where_it_stands_moves_the_score(town, cast, door, said, see_all):
    url = f"/accounts/{town.system.id}/"
    page = door(cast.owner).get(url)
    first = page.context["questions"][0]
    gains = [q["gain"] for q in page.context["questions"]]
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 3
    level, _, points = max(first["answers"], key=lambda answer: answer[2])
    before = page.context["score"].total
    then = door(cast.owner, htmx=True).get(first["preview"], {"criterion": first["criterion"], "level": level})
    assert f"Makes {before + points}" in said(then)
    answered = door(cast.owner, htmx=True).post(
        first["action"], {"criterion": first["criterion"], "level": level, "source": str(town.chief.id)}
    )
    assert f"{before} → {before + points}" in said(answered)
    see_all()
    row = Answer.objects.get(account=town.system)
    assert (row.level, row.heard_from, row.by_name) == (level, town.chief, cast.owner.name)
    assert Account.objects.get(pk=town.system.pk).score_total == before + points
    undone = door(cast.owner, htmx=True).post(f"{first['action']}{row.id}/withdrawal/")
    assert undone.status_code == 200
    see_all()
    assert Account.objects.get(pk=town.system.pk).score_total == before


@pytest.mark.req("LEAD-21")
def test_a_level_nobody_knows_is_refused_with_the_ones_it_takes(town, cast, door, said):
    answer = door(cast.owner).post(f"/accounts/{town.system.id}/answers/", {"criterion": "budget_allocation", "level": "lots"})
    assert answer.status_code == 422
    assert "takes one of" in said(answer)


@pytest.mark.req("ACCT-08")
def test_beds_are_rolled_up_and_never_counted_twice(town, cast, door, see_all):
    url = f"/accounts/{town.system.id}/hospitals/"
    root = door(cast.owner).get(url).context["root"]
    assert (root.own["beds"], root.below["beds"], root.whole["beds"]) == (None, 1200, 1200)
    see_all()
    accounts.change(town.system, by=cast.admin.actor, at=now(), beds=1150)
    root = door(cast.owner).get(url).context["root"]
    assert (root.own["beds"], root.below["beds"], root.whole["beds"]) == (1150, 1200, 1150)
    assert (root.own["contacts"], root.whole["contacts"]) == (0, 1)
    assert root.sites == 17  # two hospitals, fifteen locations of the clinic network


@pytest.mark.req("ACCT-10", "ACCT-11")
def test_the_committee_shows_its_gaps_and_takes_a_seat(town, cast, door, said, see_all):
    page = door(cast.owner).get(f"/accounts/{town.system.id}/committee/")
    groups = {g.name: g for g in page.context["people"].groups}
    assert [p.contact.name for p in groups["Primary Decision Makers"].people] == ["T. Kirrane"]
    assert "CFO" in groups["Primary Decision Makers"].open_roles
    assert page.context["people"].warnings[0].startswith("Single-threaded")
    seat = {"contact": town.chief.id, "role": "CMIO", "influence": "5", "stance": "champion"}
    assert door(cast.owner).post(f"/accounts/{town.system.id}/seats/", seat).status_code == 302
    see_all()
    assert CommitteeSeat.objects.get(account=town.system).stance == "champion"
    refused = door(cast.owner).post(f"/accounts/{town.system.id}/seats/", {**seat, "stance": "lukewarm"})
    assert refused.status_code == 422
    assert "use one of" in said(refused)


@pytest.mark.req("ACCT-19", "PLUS-05")
def test_facts_name_their_sources_and_a_person_outranks_a_file(town, cast, door, said, see_all):
    url = f"/accounts/{town.big.id}/facts/"
    shown = {row["key"]: row for _, rows in door(cast.owner).get(url).context["groups"] for row in rows}
    assert shown["beds"]["value"] == "900"
    assert shown["beds"]["by"].startswith("Ada Lindqvist")
    assert [c["value"] for c in shown["beds"]["claims"]] == ["900", "950"]
    assert shown["it_budget_usd"]["value"] == ""
    assert shown["it_budget_usd"]["ask"]
    page = said(door(cast.owner).get(url))
    assert "hifld.csv row 7" in page
    assert "Unknown" in page
    door(cast.owner).post(f"{url}it_budget_usd/", {"value": "$12,500,000"})
    see_all()
    assert Account.objects.get(pk=town.big.pk).it_budget_cents == 1_250_000_000
    claim = AccountFact.objects.get(account=town.big, key="it_budget_usd")
    assert claim.human
    assert claim.value == 12_500_000
    assert claim.by_name == cast.owner.name


@pytest.mark.req("UI-02")
def test_a_fact_changed_meanwhile_is_a_conflict_with_both_values(town, cast, door, said):
    url = f"/accounts/{town.big.id}/facts/beds/"
    form = door(cast.owner, htmx=True).get(url)
    assert 'value="900"' in form.content.decode()
    clash = door(cast.owner, htmx=True).post(url, {"value": "910", "was": "880"})
    assert clash.status_code == 409
    assert "900" in said(clash)
    assert "910" in said(clash)
    saved = door(cast.owner, htmx=True).post(url, {"value": "910", "was": "900"})
    assert saved.status_code == 200
    assert "910" in said(saved)
    wrong = door(cast.owner).post(url, {"value": "many", "was": "910"})
    assert wrong.status_code == 422


@pytest.mark.req("ACCT-06")
def test_the_vendor_a_person_names_brings_its_class(town, cast, door, see_all):
    door(cast.owner).post(f"/accounts/{town.small.id}/facts/ehr_vendor/", {"value": "MEDITECH"})
    see_all()
    row = Account.objects.get(pk=town.small.pk)
    assert (row.ehr, row.ehr_class, row.ehr_confidence) == ("Other/Unknown", "modern", 1.0)


@pytest.mark.req("ACCT-18")
def test_intelligence_is_kept_with_its_source_and_turns_stale(town, cast, door, said, see_all):
    url = f"/accounts/{town.system.id}/intelligence/"
    entry = {"area": "business", "topic": "Merger", "text": "Talks with a neighbour", "source": "Local paper",
             "as_of": house_day(now() - timedelta(days=400)).isoformat(), "confidence": "60"}  # fmt: skip
    assert door(cast.owner).post(url, entry).status_code == 302
    see_all()
    assert Intelligence.objects.get(account=town.system).confidence == 0.6
    assert "400 days old" in said(door(cast.owner).get(f"/accounts/{town.system.id}/facts/"))
    assert door(cast.owner).post(url, {**entry, "as_of": "someday"}).status_code == 422


@pytest.mark.req("ACCT-05")
def test_integration_complexity_explains_itself(town, cast, door):
    page = door(cast.owner).get(f"/accounts/{town.system.id}/facts/")
    lines = {line["label"]: line for c in page.context["complex_why"] for line in c["lines"]}
    assert lines["EHR class"]["points"] == 10
    assert page.context["complex"].total >= 10


@pytest.mark.req("ACCT-22")
def test_hints_name_the_range_and_block_nothing(town, cast, door, said):
    accounts.change(town.system, by=cast.admin.actor, at=now(), beds=1500)
    page = said(door(cast.owner).get(f"/accounts/{town.system.id}/"))
    assert "of the usual 10 to 25 decision makers are known" in page


@pytest.mark.req("ABM-08", "ABM-11", "ABM-13", "PLUS-08")
def test_the_tier_says_what_it_asks_what_moves_it_up_and_what_it_gets(town, cast, door, see_all):
    accounts.change(town.system, by=cast.admin.actor, at=now(), beds=1500)
    url = f"/accounts/{town.system.id}/"
    tier = door(cast.owner).get(f"{url}scores/").context["tier"]
    gates = {gate.code: gate for gate in tier.gates}
    assert gates["deal"].state == "met"
    assert gates["executive_relationships"].ticked
    assert tier.service.service.campaign
    assert len(gates) == 8
    ticked = {"gate": "executive_relationships", "met": "yes", "shows": "CEO dinner 3 Nov"}
    assert door(cast.owner).post(f"{url}tier/evidence/", ticked).status_code == 302
    tier = door(cast.owner).get(f"{url}scores/").context["tier"]
    assert {g.code: g for g in tier.gates}["executive_relationships"].state == "met"
    bare = door(cast.owner).post(f"{url}tier/evidence/", {**ticked, "shows": ""})
    assert bare.status_code == 422


@pytest.mark.req("ABM-11")
def test_a_tier_set_by_hand_needs_reason_end_and_approver(town, cast, door, said, see_all):
    url = f"/accounts/{town.system.id}/tier/"
    until = (now() + timedelta(days=90)).date().isoformat()
    given = {"tier": "3", "reason": "Merging", "until": until, "approver": str(cast.manager.id)}
    assert door(cast.owner).post(url, given).status_code == 403
    assert door(cast.manager).post(url, {**given, "reason": " "}).status_code == 422
    assert door(cast.manager).post(url, {**given, "until": "soon"}).status_code == 422
    assert door(cast.manager).post(url, given).status_code == 302
    see_all()
    row = TierRecord.objects.get(account=town.system, override=True)
    assert (row.tier, row.approver, Account.objects.get(pk=town.system.pk).tier) == (3, cast.manager, 3)
    assert "Set by hand" in said(door(cast.owner).get(f"/accounts/{town.system.id}/"))
    assert door(cast.manager).post(f"{url}lifting/", {"reason": "Over"}).status_code == 302
    see_all()
    assert Account.objects.get(pk=town.system.pk).tier_stage != "override"


@pytest.mark.req("PLUS-10")
def test_why_now_says_the_window_and_who_asked(town, cast, door, said, see_all):
    leads.capture({"name": "Rosa Meridian", "title": "Chief Nursing Officer", "organization": "Elmcrest", "state": "NY",
                   "source": "Web form", "hand_raise": True}, account=town.big, by=cast.admin.actor,
                  at=now() - timedelta(days=1))  # fmt: skip
    page = door(cast.owner).get(f"/accounts/{town.system.id}/")
    why = page.context["now"]
    assert "asked for a demo" in why.says
    assert {"window", "hand_raise"} <= {r.kind for r in why.reasons}
    assert "year-end 30 Sep" in said(page)


@pytest.mark.req("UI-01")
def test_the_timeline_is_filtered_by_kind_and_person(town, cast, door):
    log = {"kind": "call", "contact": str(town.chief.id), "subject": "Wants alerts inside the EHR"}
    assert door(cast.owner).post(f"/accounts/{town.big.id}/activities/", log).status_code == 302
    url = f"/accounts/{town.system.id}/timeline/"
    everything = door(cast.owner).get(url).context["items"]
    touches = door(cast.owner).get(url, {"kind": "touches"}).context["items"]
    assert [i.title for i in touches] == ["Call with T. Kirrane"]
    assert len(everything) > len(touches)
    mine = door(cast.owner).get(url, {"who": cast.owner.name}).context["items"]
    assert {i.who for i in mine} == {cast.owner.name}
    assert door(cast.owner).get(url, {"before": "yesterday"}).status_code == 422


@pytest.mark.req("ACCT-07", "ROUTE-13", "PLUS-06")
def test_moving_refuses_circles_and_wrong_levels_and_reruns_the_unit(town, cast, door, said, see_all):
    def move(account, parent):
        return door(cast.admin).post(f"/accounts/{account.id}/parent/", {"parent": str(parent.id) if parent else ""})

    circle = move(town.department, town.line)
    assert circle.status_code == 422
    wrong = move(town.line, town.system)
    assert wrong.status_code == 422
    assert "belongs under department" in said(wrong)
    assert move(town.small, None).status_code == 302
    see_all()
    alone = Account.objects.get(pk=town.small.pk)
    assert alone.is_unit
    assert alone.buying_unit_id == alone.id
    assert alone.tier is not None


@pytest.mark.req("ACCT-07")
def test_closing_keeps_everything_and_says_why(town, cast, door, said, see_all):
    url = f"/accounts/{town.small.id}/closing/"
    assert door(cast.owner).post(url, {"on": "2026-03-01", "reason": ""}).status_code == 422
    assert door(cast.owner).post(url, {"on": "2026-03-01", "reason": "Merged into General"}).status_code == 302
    see_all()
    assert Account.objects.get(pk=town.small.pk).status == "closed"
    assert "Closed" in said(door(cast.owner).get(f"/accounts/{town.small.id}/"))


@pytest.mark.req("X-1")
def test_a_rep_claims_what_nobody_owns_and_gives_nothing_away(town, cast, door, see_all):
    by = cast.admin.actor
    free = accounts.add(name="Free Harbour Hospital", level="hospital", state="NY", by=by, at=now())
    assert door(cast.owner).post(f"/accounts/{free.id}/owner/", {"owner": "me"}).status_code == 302
    see_all()
    assert Account.objects.get(pk=free.pk).owner_id == cast.owner.id
    given = {"owner": str(cast.senior_ae.id)}
    assert door(cast.owner).post(f"/accounts/{free.id}/owner/", given).status_code == 403
    assert door(cast.manager).post(f"/accounts/{free.id}/owner/", given).status_code == 302


@pytest.mark.req("X-2")
def test_reading_is_noted(town, cast, door, see_all):
    door(cast.owner).get(f"/accounts/{town.system.id}/facts/")
    see_all()
    note = AuditEntry.objects.get(verb="account.read", subject_id=town.system.id)
    assert note.by_id == cast.owner.id
    assert note.detail == {"part": "facts"}
    assert note.scope_hash


@pytest.mark.req("UI-02")
@pytest.mark.parametrize("part", ["", "hospitals/", "committee/", "timeline/", "facts/", "scores/"])
def test_the_same_number_of_queries_for_one_hospital_and_for_many(town, cast, door, see_all, part):
    url = f"/accounts/{town.system.id}/{part}"
    client = door(cast.owner)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    see_all()
    for n in range(4):
        accounts.add(name=f"Elmcrest {n}", level="hospital", parent=town.system, state="NY", beds=100 + n,
                     by=cast.admin.actor, at=now())  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


@pytest.mark.req("UI-02")
def test_a_conflict_of_a_fact_says_who_changed_it(town, cast, door, said):
    url = f"/accounts/{town.big.id}/facts/beds/"
    door(cast.admin, htmx=True).post(url, {"value": "905", "was": "900"})
    clash = door(cast.owner, htmx=True).post(url, {"value": "910", "was": "900"})
    assert clash.status_code == 409
    assert f"{cast.admin.name} changed this" in said(clash)


@pytest.mark.req("UI-01", "PLUS-03")
def test_the_word_of_when_it_was_scored_is_asked_for_after_an_answer(town, cast, door, said):
    client = door(cast.owner, htmx=True)
    page = f"/accounts/{town.system.id}/"
    assert f'hx-get="{page}fresh/" hx-trigger="scored from:body"' in client.get(page).content.decode()
    client.post(f"{page}answers/", {"criterion": "innovation", "level": "leader"})
    moment = timezone.localtime(Account.objects.get(pk=town.system.id).scored_at, ZoneInfo(cast.owner.time_zone))
    assert said(client.get(f"{page}fresh/")).startswith(f"scored {moment:%H:%M} by playbook v")
