"""Quotes, demos and proofs of concept as lists: filtered, sorted, paged, kept as views, taken as files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import approvals, demos, poc_ending
from rounds.kit.clock import now
from rounds.models import Demo, Poc, QuoteApproval, SavedView
from rounds.models.flow.days import house_day
from rounds.web.deals.poc_list import lines_of
from tests.actions.deals.price_room import a_quote, approver
from tests.proofs import a_deal, running


@pytest.fixture
def three(cast, see_all):
    """Three deals of the owner's, each with a quote, a demo to come and a proof of concept that runs."""
    by, at, made = cast.owner.actor, now(), []
    for name in ("Osprey Health", "Heron Health", "Kestrel Health"):
        see_all()
        deal, people = a_deal(cast.owner, name=name)
        demo = demos.book(deal, "clinical", starts_at=at + timedelta(days=5 + len(made)), attendees=[people["nurse"]], by=by, at=at)
        made.append((deal, a_quote(cast, deal, percent=5 + len(made)), demo, running(deal, people, by=by, at=at)))
    return made


def names(page):
    return [row.opportunity.account.name for row in page.context["rows"]]


@pytest.mark.req("PRICE-01", "UI-01")
def test_quotes_are_listed_filtered_sorted_and_paged(cast, door, three):
    client = door(cast.owner)
    opened = client.get("/quotes/")
    assert (opened.status_code, "view=open" in opened.headers["Location"]) == (302, True)
    assert names(client.get("/quotes/?f=state.is.draft&sort=-off")) == ["Kestrel Health", "Heron Health", "Osprey Health"]
    assert names(client.get("/quotes/?f=off.gte.6&f=off.lte.6.5")) == ["Heron Health"]
    assert names(client.get("/quotes/?q=heron", follow=True)) == ["Heron Health"]
    first = client.get("/quotes/?f=&sort=account&size=2")
    second = client.get(f"/quotes/{first.context['next']}&size=2")
    assert names(first) + names(second) == ["Heron Health", "Kestrel Health", "Osprey Health"]
    assert first.context["sums"][0]["value"] == sum(quote.annual_cents for _, quote, _, _ in three)
    assert client.get("/quotes/?f=secret.is.1").status_code == 422
    assert names(door(cast.colleague).get("/quotes/?f=")) == []


@pytest.mark.req("PRICE-01")
def test_what_waits_for_my_word_is_found_and_counted(cast, door, three, see_all):
    vp = approver("vp_sales", "Vera")
    approver("finance", "Fay")
    deal = three[0][0]
    quote = approvals.ask(a_quote(cast, deal, percent=27, lines=[{"product": "imaging_triage", "unit_cents": 30_000_000}]), by=cast.owner.actor, at=now())
    page = door(vp).get("/quotes/?f=waits.is.mine")
    assert [row.pk for row in page.context["rows"]] == [quote.pk]
    assert "1 discount waits for your word" in page.content.decode()
    assert page.context["rail"]["waits"]["quotes"] == QuoteApproval.objects.filter(asked=vp, decision="").count() == 1
    mine = door(cast.owner).get("/quotes/?f=waits.is.mine")
    assert list(mine.context["rows"]) == []
    assert "waits for somebody’s word" in unescape(mine.content.decode())


@pytest.mark.req("DEMO-02", "UI-01")
def test_demos_are_found_by_when_and_who(cast, door, three):
    client = door(cast.owner)
    Demo.objects.filter(pk=three[1][2].pk).update(starts_at=now() - timedelta(days=1))
    assert names(client.get("/demos/?f=due.is.coming&sort=starts")) == ["Osprey Health", "Kestrel Health"]
    late = client.get("/demos/?f=due.is.record")
    assert (names(late), "To record" in late.content.decode()) == (["Heron Health"], True)
    assert names(client.get("/demos/?f=state.is.held")) == []
    assert client.get("/demos/figures/?by=presenter").status_code == 200


@pytest.mark.req("POC-07", "POC-09", "UI-01")
def test_the_filter_of_pocs_that_need_somebody_finds_what_the_rows_say(cast, door, three, rf):
    client, at = door(cast.owner), now()
    over, due, yesterday = three[0][3], three[1][3], house_day(at) - timedelta(days=1)
    Poc.objects.filter(pk=over.pk).update(ends_on=yesterday)
    Poc.objects.filter(pk=due.pk).update(state="readout", decision_due_on=yesterday)
    for asked, wanted in (("needs.is.over", {over.pk}), ("needs.is.decision", {due.pk}), ("needs.known", {over.pk, due.pk})):
        page = client.get(f"/pocs/?f={asked}")
        assert {row.pk for row in page.context["rows"]} == wanted
    page = client.get("/pocs/?f=")
    said = {key: line["alarm"] for key, line in page.context["lines"].items()}
    assert said == {over.pk: "Runs over", due.pk: "Decision overdue", three[2][3].pk: ""}
    assert lines_of(page.wsgi_request, [], at=at) == {}


@pytest.mark.req("UI-01")
@pytest.mark.parametrize(("noun", "url", "cols", "head"), [
    ("quote", "/quotes/", "deal,account,annual,off", ["Quote", "Deal", "Account", "A year", "Off in %"]),
    ("demo", "/demos/", "account,state,minutes", ["Demo", "Account", "State", "Minutes"]),
    ("poc", "/pocs/", "account,state,criteria", ["POC", "Account", "State", "Criteria met"]),
])  # fmt: skip
def test_each_list_keeps_views_and_leaves_as_a_file(cast, door, three, noun, url, cols, head):
    client = door(cast.owner)
    kept = client.post(f"/lists/{noun}/views/", {"name": "Monday", "query": f"f=owner.is.me&cols={cols}"})
    assert kept.status_code == 302
    assert SavedView.objects.get(name="Monday").noun == noun
    assert client.get(kept.headers["Location"]).status_code == 200
    file = client.post(f"/lists/{noun}/exports/", {"query": f"f=owner.is.me&cols={cols}", "as": "csv", "reason": "Monday"})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][: len(head)] == head
    assert len(rows) == 4
    assert all(cell for row in rows[1:] for cell in row[: len(head)])


@pytest.mark.req("UI-01")
def test_each_list_asks_no_more_for_three_rows_than_for_one(cast, door, three):
    client = door(cast.owner)
    for url in ("/quotes/", "/demos/", "/pocs/"):
        counts = []
        for size in (1, 3):
            client.get(f"{url}?f=&size={size}")
            with CaptureQueriesContext(connection) as caught:
                assert len(client.get(f"{url}?f=&size={size}").context["rows"]) == size
            counts.append(len(caught))
        assert counts[0] == counts[1], url


@pytest.mark.req("UI-01")
def test_a_row_is_shown_beside_its_list(cast, door, three):
    client = door(cast.owner)
    _, quote, demo, poc = three[0]
    for noun, row, says in (("quotes", quote, "What is offered"), ("demos", demo, "Who is invited"), ("pocs", poc, "Criteria met")):
        listed = client.get(f"/{noun}/?f=").content.decode()
        assert f'data-preview="/{noun}/{row.pk}/preview/"' in listed
        shown = client.get(f"/{noun}/{row.pk}/preview/")
        assert (shown.status_code, says in shown.content.decode(), "<html" in shown.content.decode()) == (200, True, False)
        assert door(cast.colleague).get(f"/{noun}/{row.pk}/preview/").status_code == 404


@pytest.mark.req("POC-04", "UI-01")
def test_list_page_and_file_say_the_same_of_the_criteria_and_the_file_asks_once(cast, door, three):
    client = door(cast.owner)
    poc = three[0][3]
    listed, page = client.get("/pocs/?f=&cols=criteria"), client.get(f"/pocs/{poc.id}/").content.decode()
    words = listed.context["lines"][poc.pk]["met"]
    assert f"{words} criteria met" in page
    costs = []
    for only in ("f=words.has.Osprey", "f="):
        with CaptureQueriesContext(connection) as caught:
            file = client.post("/lists/poc/exports/", {"query": f"{only}&cols=criteria,readings", "as": "csv", "reason": "Monday"})
        costs.append(len(caught))
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert (len(rows), rows[1][1]) == (4, words)
    assert costs[1] <= costs[0]  # the words cost one more


@pytest.mark.req("POC-04", "POC-09")
def test_a_poc_the_win_ended_says_so_and_counts_in_no_rate(cast, door, three):
    poc = three[0][3]
    poc_ending.end_with_deal(poc, by=cast.owner.actor, at=now())
    client = door(cast.owner)
    listed = client.get("/pocs/?f=result.is.win")
    assert ([row.pk for row in listed.context["rows"]], "Ended by the win" in listed.content.decode()) == ([poc.pk], True)
    assert listed.context["rates"]["success"].of == 0
    assert "Ended by the win" in client.get(f"/pocs/{poc.id}/").content.decode()
