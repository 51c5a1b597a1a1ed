"""Mails by what came of them, sequences of the programme, and diaries, in companies one can count by hand (ABM-24, ABM-25, ANALYTICS-38)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.access.scope import scope_of, visible
from rounds.access.sight import sight
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, behind, parts
from rounds.models import Account, Lead, Meeting, Message, MessageHit, MessageLink, Opportunity, Thread
from rounds.models.base import signature
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.conftest import deals
from tests.analytics.numbers.test_definitions import AT, BOOK, OCTOBER, Q4, company, deal, number
from tests.analytics.numbers.test_live import NOVEMBER, seen
from tests.analytics.numbers.test_the_programme import unit

__all__ = ["deals"]
WEEK = periods.parse("2026-W49", BOOK, AT.date())
MONDAY = datetime(2026, 11, 30, 15)


def mail(key, state="sent", tier=1, kind="sequence", at=OCTOBER, **said):
    return whole("mails", id=key, account_id="u0", tier=tier, kind=kind, state=state, sent_at=at, known_at=at, linked=said.pop("linked", True), **said)


def by(name, dimension, engine):
    return {key: (one.top, one.base) for key, one in parts(metrics()[name], Cell(Q4), dimension, engine, AT)}


@pytest.fixture(scope="module")
def letters():
    answered = {"answered_at": OCTOBER + timedelta(days=2)}
    mails = [mail(f"a{n}", followed=n < 3, **(answered if n < 2 else {})) for n in range(8)]
    mails += [mail("back", "bounced"), mail("lost", "unknown", **answered), mail("waits", "queued"), mail("plain", linked=False, tier=2, kind="by_hand", followed=False)]
    mails += [mail("before", at=OCTOBER - timedelta(days=90)), mail("later", answered_at=AT.replace(tzinfo=None) + timedelta(days=1), tier=2, kind="by_hand")]
    return company({"mails": mails})


@pytest.mark.req("ABM-24")
def test_of_the_mails_that_left_those_that_arrived_were_answered_and_were_followed(letters):
    found = {name: (number(letters, name).top, number(letters, name).base) for name in ("mail_delivery", "mail_answers", "mail_clicks")}
    assert found == {"mail_delivery": (10, 12), "mail_answers": (2, 10), "mail_clicks": (3, 9)}, "what was not delivered is not asked for an answer, nor a mail without a link for a click"
    assert by("mail_answers", "tier", letters) == {"1": (2, 8), "2": (0, 2)}
    assert by("mail_delivery", "kind", letters) == {"by_hand": (2, 2), "sequence": (8, 10)}


@pytest.mark.req("ABM-24")
def test_of_few_mails_there_is_no_rate_and_of_openings_never(letters):
    few = company({"mails": [mail(f"m{n}") for n in range(4)]})
    for name in ("mail_delivery", "mail_answers", "mail_clicks"):
        assert (number(few, name).state, number(company({}), name).state) == ("small", "no data"), name
    assert number(letters, "mail_opens").state == "waits"
    assert "gateways fetch every picture" in metrics()["mail_opens"].waits_for


@pytest.mark.req("ABM-25")
def test_sequences_and_campaigns_of_the_programme_and_whom_they_reach():
    units = [unit(f"u{n}", 1 + n // 5) for n in range(10)]
    mails = [mail("m0"), mail("m1") | {"account_id": "house", "buying_unit_id": "u1"}, mail("hand", kind="by_hand") | {"account_id": "u2"}, mail("back", "bounced") | {"account_id": "u3"}]
    put = [whole("enrolments", id=str(n), account_id="u0", tier=tier, kind=kind, known_at=at) for n, (tier, kind, at) in enumerate(
        [(1, "sequence", OCTOBER), (1, "campaign", OCTOBER), (2, "sequence", OCTOBER), (0, "sequence", OCTOBER), (None, "campaign", OCTOBER), (1, "sequence", OCTOBER - timedelta(days=99))])]  # fmt: skip
    engine = company({"accounts": units, "mails": mails, "enrolments": put})
    assert number(engine, "abm_enrolled").value == 3, "who is outside the programme is not of it"
    assert {key: one.value for key, one in parts(metrics()["abm_enrolled"], Cell(Q4), "kind", engine, AT)} == {"campaign": 1, "sequence": 2}
    assert by("abm_reached", "tier", engine) == {"1": (2, 5), "2": (0, 5)}


def meeting(key, hours, host="ana", minutes=60, place="", state="planned"):
    starts = MONDAY + timedelta(hours=hours)
    return whole("meetings", id=key, host_id=host, kind="intro", state=state, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), place=place, known_at=OCTOBER)


def demo(key, hours, presenter="ana", place=""):
    return whole("demos", id=key, deal_id="d", state="planned", starts_at=MONDAY + timedelta(hours=hours), minutes=60, presenter_id=presenter, place=place, known_at=OCTOBER)


@pytest.mark.req("ANALYTICS-38")
def test_meetings_and_demonstrations_of_the_week_are_counted_once_each():
    rows = {"meetings": [meeting("one", 1), meeting("off", 2, state="cancelled"), meeting("done", -1, state="held"), meeting("next", 24 * 8)],
            "deals": [deal("d", ["O3"])[0]], "demos": [demo("m", 30)]}  # fmt: skip
    engine = company(rows)
    assert number(engine, "meetings_due", WEEK).value == 2
    assert {row.id for row in behind(metrics()["meetings_due"], Cell(WEEK), engine, AT)} == {"one", "d"}, "a row is the meeting, or the deal of the demonstration"


@pytest.mark.req("ANALYTICS-38")
def test_what_one_person_cannot_keep_is_told_with_its_reason():
    meetings = [meeting("first", 1), meeting("over", 1.5), meeting("after", 2.5), meeting("his", 1, host="ben"), meeting("nobodys", 1, host=""),
                meeting("albany", 24, place="Albany"), meeting("boston", 25.5, place="Boston"), meeting("same town", 29, place="Boston"), meeting("far", 31, place="Albany"),
                meeting("with demo", 48), meeting("off", 1, state="cancelled")]  # fmt: skip
    engine = company({"meetings": meetings, "deals": [deal("d", ["O3"])[0]], "demos": [demo("m", 48.5), demo("other", 1, presenter="cleo")]})
    why = {row.id: row.why for row in behind(metrics()["meetings_in_conflict"], Cell(WEEK), engine, AT)}
    clash, tight = "at the same time as another", "no time to get there"
    assert why == {"first": clash, "over": clash, "with demo": clash, "d": clash, "albany": tight, "boston": tight}, "what ends as the next begins is kept; so is an hour and more on the road"
    assert number(company({}), "meetings_in_conflict", WEEK).value in (None, 0)


@pytest.mark.req("ABM-26", "KPI-04")
def test_coverage_of_strategic_accounts_waits_for_quotas_by_tier():
    assert "quotas by tier" in metrics()["abm_coverage"].waits_for
    assert [one.metric for one in BOOK.scorecard.kpis if one.kpi == "KPI-04-strategic"] == ["abm_coverage"]
    assert "abm_coverage" in [one.metric for one in BOOK.dashboards.of("abm").tiles]


@pytest.fixture
def records(cast, deals):
    """Six mails each about a deal of the owner's, a lead of the colleague's and an account of the senior's; two meetings of the owner's at once."""
    [sold] = deals(cast.owner, ["open"], closed=NOVEMBER)
    lead = Lead.objects.create(name="Elsewhere", owner=cast.colleague, team=cast.colleague.team, territory=cast.colleague.territories[0], captured_at=NOVEMBER, updated_at=NOVEMBER)
    house = Account.objects.create(name="House", is_unit=True, tier=1, owner=cast.senior_ae, team=cast.senior_ae.team, created_at=NOVEMBER, updated_at=NOVEMBER)
    Opportunity.objects.filter(pk=sold.pk).update(lead=lead)
    for of, who in (({"opportunity": sold, "lead": lead, "account": house}, cast.owner), ({"lead": lead}, cast.colleague), ({"account": house}, cast.senior_ae)):
        thread = Thread.objects.create(last_at=NOVEMBER, **of, **signature(who.actor, NOVEMBER))
        for n in range(6):
            row = Message.objects.create(thread=thread, user=who, direction="out", message_id=f"<{who.pk}.{n}@rounds>", sender=who.email, state="sent", sent_at=NOVEMBER,
                                         answered_at=NOVEMBER + timedelta(days=1) if n == 0 else None, **of, **signature(who.actor, NOVEMBER))  # fmt: skip
            MessageLink.objects.create(message=row, number=1, url="https://example.org/", digest=f"{row.pk}")
            MessageHit.objects.create(message=row, number=1, at=NOVEMBER, machine="" if n == 1 else "too soon")
    for n in range(2):
        Meeting.objects.create(kind="intro", title=f"Met {n}", starts_at=datetime(2026, 12, 3, 15, 30 * n, tzinfo=UTC), ends_at=datetime(2026, 12, 3, 16, 30 * n, tzinfo=UTC), zone="America/New_York",
                               host=cast.owner, opportunity=sold, uid=f"met-{n}", **signature(cast.owner.actor, NOVEMBER))  # fmt: skip
    return cast


@pytest.mark.req("ABM-24", "ANALYTICS-52")
def test_one_counts_the_mails_one_sees_and_no_other(records):
    """What is about a deal is seen with the deal alone, whatever lead and account stand beside it."""
    told = {}
    for who in (records.owner, records.colleague, records.manager, records.executive):
        scope = scope_of(who)
        with sight(scope):
            told[who.pk] = visible(Message, scope).filter(direction="out").count()
        assert (seen(who, "mail_delivery").reading.n, seen(who, "mail_delivery").reading.top) == (told[who.pk], told[who.pk] or None)
    assert (told[records.owner.pk], told[records.colleague.pk], told[records.executive.pk]) == (6, 6, 18)
    found = {name: seen(records.executive, name).reading for name in ("mail_answers", "mail_clicks")}
    assert {name: (one.top, one.base) for name, one in found.items()} == {"mail_answers": (3, 18), "mail_clicks": (3, 18)}, "what a scanner fetched is no click"
    hers = seen(records.executive, "mail_answers", filters=(("owner", (str(records.owner.pk),)),)).reading
    assert (hers.top, hers.base) == (1, 6)


@pytest.mark.req("ANALYTICS-38")
def test_two_meetings_at_once_are_told_to_whoever_sees_them(records):
    for who, many in ((records.owner, 2), (records.executive, 2), (records.colleague, 0)):
        for name in ("meetings_due", "meetings_in_conflict"):
            assert seen(who, name).reading.n == many, (who, name)
