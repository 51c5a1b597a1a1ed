"""The deal room: what it says first, and what each of its parts does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import committee, discovery, notes, opportunities, signing
from rounds.actions.leads import activities
from rounds.kit.clock import now
from rounds.models import ApprovalStep, DealContact, DealInfluence, DealNote, DiscoveryCall, Opportunity, SigningStep
from rounds.web.deals import panels


@pytest.mark.req("PIPE-02", "PIPE-16", "UI-01")
def test_the_room_says_first_what_blocks_the_next_stage_and_whose_move_it_is(cast, door, sale, said):
    page = door(cast.owner).get(sale.url)
    words = said(page)
    assert words.index("What blocks the next stage") < words.index("Path to signature") < words.index("Timeline")
    assert "0 of 3 people Put 3 more people on the committee OG Olivia Grant no day" in words
    assert "0 of 4 criteria met" in words
    assert page.content.decode().count('aria-current="step"') == 1
    assert [one["state"] for one in page.context["rails"]["ten"]][:2] == ["now", ""]
    assert [(one["code"], one["span"]) for one in page.context["rails"]["seven"]] == [("P1", 1), ("P2", 1), ("P3", 1), ("P4", 3), ("P5", 1), ("P6", 1), ("P7", 1)]


@pytest.mark.req("PIPE-16")
def test_the_two_rails_stand_in_step(cast, door, sale, moved):
    moved(sale.deal, "O5")
    rails = door(cast.owner).get(sale.url).context["rails"]
    assert [one["state"] for one in rails["ten"]] == ["done"] * 4 + ["now"] + [""] * 4
    assert [one["state"] for one in rails["seven"]] == ["done"] * 3 + ["now"] + [""] * 3


@pytest.mark.req("PIPE-19")
def test_a_deal_that_stands_too_long_says_so(cast, door, sale, said):
    Opportunity.objects.filter(pk=sale.deal.pk).update(process_since=now() - timedelta(days=31))
    assert "20 days in stage · 31 days in process stage of 14–28, slow" in said(door(cast.owner).get(sale.url))
    Opportunity.objects.filter(pk=sale.deal.pk).update(process_since=now() - timedelta(days=60))
    assert "60 days in process stage of 14–28, stalled" in said(door(cast.owner).get(sale.url))


@pytest.mark.req("PIPE-20")
def test_a_close_that_was_put_off_is_counted(cast, door, sale, said):
    for days in (40, 60, 90):
        opportunities.change(sale.deal, close_on=(now() + timedelta(days=days)).date(), by=cast.owner.actor, at=now())
    assert "moved twice" in said(door(cast.owner).get(sale.url))


def test_panels_are_found_once_and_a_name_is_taken_once():
    names = [one.name for one in panels.panels()]
    assert len(names) == len(set(names))
    assert {"blocks", "path", "timeline", "committee", "approvals", "facts"} <= set(names)
    with pytest.raises(ValueError, match="two panels"):
        panels.panel("blocks", place="main", order=1)(lambda request, deal: None)


MOST_STATEMENTS = 61
"""Of one look at a deal's room, with those of log-in, sight, rail and the record of the look. A part that asks anew for what
another asked (kit/once.py) shows here first."""


@pytest.mark.req("UI-01")
@pytest.mark.parametrize("stage", ["O1", "O2", "O4", "O6", "O7", "O8"])
def test_the_room_costs_the_same_however_much_stands_in_it(cast, door, sale, moved, stage):
    client, by = door(cast.owner), cast.owner.actor
    moved(sale.deal, stage)
    client.get(sale.url)

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert client.get(sale.url).status_code == 200
        assert len(found) <= MOST_STATEMENTS, "\n".join(one["sql"][:300] for one in found)
        return len(found)

    few = [committee.seat(sale.deal, one, by=by, at=now()) for one in (sale.cfo, sale.nurse)]
    notes.add(sale.deal, "One", by=by, at=now())
    activities.log("call", account=sale.account, contact=sale.cfo, by=by, at=now())
    for n in range(8):  # as many as the room shows of its timeline
        notes.add(sale.deal, f"Note {n}", by=by, at=now())
    before = cost()
    committee.seat(sale.deal, sale.it, by=by, at=now())
    committee.draw(few[0], few[1], by=by, at=now())
    for n in range(5):
        notes.add(sale.deal, f"More {n}", by=by, at=now())
        activities.log("call", account=sale.account, contact=sale.it, by=by, at=now())
    assert cost() == before


@pytest.mark.req("ACCT-13", "ACCT-14")
def test_the_committee_is_drawn_warned_of_and_changed(cast, door, sale, said):
    client, url = door(cast.owner), f"{sale.url}committee/"
    assert "Nobody is on the committee yet" in said(client.get(url))
    for person in (sale.cfo, sale.nurse):
        assert client.post(f"{url}seats/", {"contact": str(person.id)}).status_code == 302
    cfo, nurse = DealContact.objects.get(contact=sale.cfo), DealContact.objects.get(contact=sale.nurse)
    given = {"roles_said": "1", "roles": ["CFO", "Board"], "influence": "5", "stance": "sceptic", "level": "signs", "reports_to": "", "motivation": "Payback"}
    client.post(f"{url}{cfo.id}/", given)
    client.post(f"{url}{nurse.id}/", {"reports_to": str(cfo.id)})
    client.post(f"{url}{nurse.id}/lines/", {"whom": str(cfo.id)})
    cfo.refresh_from_db()
    assert (cfo.roles, cfo.influence, cfo.stance, cfo.motivation) == (["CFO", "Board"], 5, "sceptic", "Payback")
    page = client.get(url)
    for drawn in page.context["maps"]:
        assert (len(drawn["boxes"]), len(drawn["reports"]), len(drawn["lines"])) == (2, 1, 1)
    words = said(page)
    assert "Two people" not in words
    assert "2 people are known; 3 are the least" in words
    assert "2 of 4 groups" in words
    client.post(f"{url}{nurse.id}/lines/", {"whom": str(cfo.id), "drawn": "no"})
    assert not DealInfluence.objects.exists()
    client.post(f"{url}{nurse.id}/leaving/", {"reason": "Moved"})
    assert "Single-threaded: all we know goes through Dana March" in said(client.get(url))


@pytest.mark.req("ACCT-13", "COMPL-11")
def test_who_is_not_shown_stances_neither_reads_nor_writes_them(cast, door, sale, said):
    committee.seat(sale.deal, sale.cfo, influence=5, stance="blocker", motivation="Wants us out", by=cast.owner.actor, at=now())
    cast.inside.territories = ["Northeast"]
    cast.inside.save()
    client, seat = door(cast.inside), DealContact.objects.get()
    for url in (sale.url, f"{sale.url}committee/", f"{sale.url}timeline/"):
        words = said(client.get(url)).lower()
        assert "dana march" in words
        for secret in ("blocker", "wants us out", "against it"):
            assert secret not in words, url
    assert client.post(f"{sale.url}committee/{seat.id}/", {"stance": "champion"}).status_code == 403
    assert client.post(f"{sale.url}committee/{seat.id}/", {"level": "signs"}).status_code == 302
    seat.refresh_from_db()
    assert (seat.stance, seat.influence, seat.motivation, seat.level) == ("blocker", 5, "Wants us out", "signs")


@pytest.mark.req("ACCT-15", "LEGAL-06")
def test_approvals_are_set_up_and_decided(cast, door, sale, said):
    client, url = door(cast.owner), f"{sale.url}approvals/"
    client.post(f"{url}steps/", {"offered": "1"})
    step = ApprovalStep.objects.get(code="security_review")
    client.post(f"{url}{step.id}/", {"state": "approved", "decided_on": ""})
    client.post(f"{url}buying/", {"committee_required": "yes", "annual_budget": "yes", "fye_month": ""})
    words = said(client.get(url))
    assert "1 of 6 approvals given; IT architecture review is next" in words
    assert "June" in words, "the account's fiscal year"
    assert "1 of 6 given" in said(client.get(sale.url))
    client.post(f"{url}{step.id}/removal/")
    assert not ApprovalStep.objects.filter(pk=step.id).exists()


@pytest.mark.req("PIPE-23", "PIPE-24")
def test_a_discovery_call_goes_from_agenda_to_a_moved_deal(cast, door, sale, said, moved):
    client, url = door(cast.owner), f"{sale.url}discovery/"
    client.post(f"{url}calls/", {"starts_at": "2026-12-01T10:00", "people": [str(sale.nurse.id)]})
    call = DiscoveryCall.objects.get()
    page = client.get(url)
    assert [(one["from"], one["to"]) for one in page.context["sections"]] == [(0, 5), (5, 20), (20, 35), (35, 45), (45, 55), (55, 60)]
    assert 'data-keep="call-' in page.content.decode(), "typed text outlives the session"
    short = {f"minutes_{one['section']}": str(one["minutes"]) for one in call.agenda} | {"minutes_challenges": "5"}
    refused = client.post(f"{url}{call.id}/", short)
    assert refused.status_code == 422
    assert "sum to 50 minutes" in said(refused)
    heard = {"notes_current_state": "Paper", "notes_challenges": "Late", "notes_technology": "Epic", "held": "1"}
    assert client.post(f"{url}{call.id}/", heard).status_code == 302
    sale.deal.refresh_from_db()
    assert sale.deal.stage == "O2", "discovery.completed is the trigger of stage 2"
    client.post(f"{url}records/", {"kind": "pain_point", "text": "Alerts come late", "contact": str(sale.nurse.id), "call": str(call.id)})
    assert "Alerts come late" in said(client.get(url))


@pytest.mark.req("PLUS-28")
def test_the_path_says_when_it_cannot_be_and_follows_a_change(cast, door, sale, said):
    client, url = door(cast.owner), f"{sale.url}path/"
    opportunities.change(sale.deal, close_on=(now() + timedelta(days=30)).date(), by=cast.owner.actor, at=now())
    for step in ("integration", "readout", "value_analysis"):  # the first two may stand still in the freeze of the year's end
        signing.change(sale.deal, step, left_out=True, by=cast.owner.actor, at=now())
    words = said(client.get(sale.url))
    assert "short. The longest step is the security review." in words
    signing.change(sale.deal, "security_review", days=5, by=cast.owner.actor, at=now())
    assert "The longest step is the contract and signature." in said(client.get(url))
    client.post(f"{url}steps/", {"title": "Union talks", "days": "90"})
    assert "The longest step is the union talks." in said(client.get(url))
    assert client.post(f"{url}baa/", {"left_out": "yes"}).status_code == 302
    assert "Left out here" in said(client.get(url))
    assert client.post(f"{url}security_review/", {"days": "0"}).status_code == 422
    client.post(f"{url}security_review/", {"usual": "1"})
    assert not SigningStep.objects.filter(code="security_review").exists()


@pytest.mark.req("ACCT-21")
def test_a_challenge_suggests_content_and_flags_what_is_missing(cast, door, sale, said):
    client = door(cast.owner)
    client.post(f"{sale.url}challenges/", {"tag": "budget"})
    words = said(client.get(sale.url))
    assert "Budget constraints" in words
    assert "nobody who holds it is known" in words
    assert "Bring: ROI calculator" in words
    committee.seat(sale.deal, sale.cfo, by=cast.owner.actor, at=now())
    assert "nobody who holds it is known" not in said(client.get(sale.url))


@pytest.mark.req("PIPE-25", "ACCT-16")
def test_the_timeline_is_one_line_of_time_in_pages_that_never_repeat(cast, door, sale, said):
    by, at = cast.owner.actor, now()
    for n in range(40):
        notes.add(sale.deal, f"Note {n:03d}", by=by, at=at - timedelta(minutes=2 * n))
        activities.log("call", account=sale.account, contact=sale.cfo, subject=f"Call {n:03d}", by=by, at=at, happened_at=at - timedelta(minutes=2 * n + 1))
    committee.seat(sale.deal, sale.cfo, by=by, at=at)
    client, url, seen, pages = door(cast.owner, htmx=True), f"{sale.url}timeline/", [], 0
    after = ""
    while True:
        page = client.get(url, {"after": after} if after else {})
        seen += [entry["means"] for entry in page.context["entries"]]
        pages, after = pages + 1, page.context["next"]
        if not after:
            break
    told = [one for one in seen if one.startswith(("Note ", "Call "))]
    assert told == [word for n in range(40) for word in (f"Note {n:03d}", f"Call {n:03d}")]
    assert pages == 3
    assert all(one.startswith("Call ") for one in [entry["means"] for entry in client.get(url, {"only": "talks"}).context["entries"]])
    assert client.get(url, {"after": "yesterday"}).status_code == 200


@pytest.mark.req("PIPE-25")
def test_a_note_is_written_from_the_room_and_taken_back(cast, door, sale, said):
    client = door(cast.owner)
    client.post(f"{sale.url}notes/", {"text": "Budget is safe."})
    assert "Budget is safe." in said(client.get(sale.url))
    client.post(f"{sale.url}notes/{DealNote.objects.get().id}/withdrawal/")
    assert "Budget is safe." not in said(client.get(f"{sale.url}timeline/"))


@pytest.mark.req("SEC-01")
def test_a_colleague_of_another_territory_finds_no_part_of_it(cast, door, sale):
    discovery.plan(sale.deal, now(), by=cast.owner.actor, at=now())
    client = door(cast.colleague)
    for part in ("", "committee/", "approvals/", "discovery/", "path/", "timeline/", "gate/?to=O2", "preview/"):
        assert client.get(sale.url + part).status_code == 404
    assert client.get("/opportunities/board/?f=").context["held"].count == 0
