"""What reports say: every section, also where there is nothing; numbers with their links; each as its reader may see."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.numbers import reports, snapshots
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.reports import making
from rounds.analytics.reports.sections import SECTIONS
from rounds.kit.told import text
from rounds.models import Customer, Opportunity, Report
from rounds.models.base import signature
from rounds.playbook import default
from rounds.rules.reports import told

BOOK = default()
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = datetime(2026, 11, 18, 15, tzinfo=UTC)
KINDS = [one.report for one in BOOK.reports.reports]


def seen(user, name, at=AT, as_of=None):
    scope = scope_of(user)
    with sight(scope):
        return making.made(BOOK.reports.of(name), scope, BOOK, at, as_of)


def read(row, user):
    """An archived report as somebody reads it."""
    return json.dumps(making.shown(row, reports.words_of(row), scope_of(user)))


def part(content, code):
    return next(one for one in content["sections"] if one["section"] == code)


def words(one) -> list[str]:
    return [text(sentence) for sentence in one["sentences"]]


@pytest.mark.req("REPORT-09")
def test_the_playbook_names_metrics_and_sections_that_exist():
    for kind in BOOK.reports.reports:
        for one in kind.sections:
            assert one.of in SECTIONS, f"{kind.report}: {one.of}"
            assert set(one.metrics) <= set(metrics()), f"{kind.report}: {one.metrics}"
            assert not one.by or one.by in metrics()[one.metrics[0]].by, f"{kind.report}: {one.metrics[0]} by {one.by}"


@pytest.mark.req("REPORT-01", "REPORT-02", "REPORT-03", "REPORT-04", "REPORT-05", "REPORT-06", "REPORT-07", "REPORT-08")
@pytest.mark.parametrize("name", KINDS)
def test_in_an_empty_house_every_section_stands_there_with_a_sentence(cast, name):
    content = seen(cast.admin, name).content
    assert [one["section"] for one in content["sections"]] == [one.section for one in BOOK.reports.of(name).sections]
    assert all(words(one)[0].strip() for one in content["sections"])


@pytest.mark.req("REPORT-01")
def test_monday_tells_what_moved_and_what_did_not_as_each_may_see_it(cast, deals):
    mine = deals(cast.owner, ["won"] * 2 + ["open"] * 3, closed=WEEK)
    deals(cast.colleague, ["lost"] * 4, closed=WEEK)
    hers, whole = (seen(user, "monday").content for user in (cast.owner, cast.executive))
    assert words(part(hers, "movements"))[0].startswith("2 steps of deals in Week of 16 Nov 2026: 2 moved forward")
    assert words(part(whole, "movements"))[0].startswith("6 steps")
    names = {row["cells"][0]["text"] for row in part(hers, "movements")["tables"][0]["rows"]}
    assert names == {row.name for row in mine if row.closed_at}
    figure = next(one for one in part(hers, "changes")["figures"] if one["metric"] == "open_deal_count")
    assert (figure["value"], figure["n"], figure["url"]) == (3.0, 3, "/numbers/open_deal_count/?period=2026-W48")
    assert ["3", "/numbers/open_deal_count/?period=2026-W48"] in [piece for line in part(hers, "changes")["sentences"] for piece in line]
    quiet = seen(cast.owner, "monday", at=AT + timedelta(weeks=2)).content
    assert words(part(quiet, "movements"))[0] == "No change: no deal changed its stage in Week of 30 Nov 2026."


@pytest.mark.req("REPORT-01")
def test_what_did_not_change_is_said_aloud_and_what_did_by_how_much(cast, deals):
    deals(cast.owner, ["won"] * 2, closed=datetime(2026, 11, 10, 15, tzinfo=UTC))
    deals(cast.owner, ["won"] * 2, closed=WEEK)
    deals(cast.owner, ["won"], closed=datetime(2026, 11, 4, 15, tzinfo=UTC))
    [same] = [one for one in words(part(seen(cast.owner, "monday").content, "changes")) if one.startswith("Won deals") or ("won" in one.lower() and "deals" in one.lower())][:1]
    assert "no change from Week of 9 Nov 2026" in same
    earlier = words(part(seen(cast.owner, "monday", at=AT - timedelta(weeks=1)).content, "changes"))
    assert any("up 1 from 1 in Week of 2 Nov 2026" in one for one in earlier), earlier


@pytest.mark.req("REPORT-02")
def test_thursday_tells_what_the_quarter_brings_and_who_became_surer(cast, deals):
    one, two = deals(cast.owner, ["open"] * 2, closed=WEEK, close_on=date(2026, 12, 15), forecast_category="pipeline")
    with sight(making.Scope(everything=True)):
        snapshots.keep(date(2026, 11, 10), by=cast.admin.actor, at=AT)
        Opportunity.objects.filter(pk=one.pk).update(forecast_category="commit")
    content = seen(cast.owner, "thursday").content
    said = words(part(content, "projections"))
    assert said[0].startswith("Q4 2026 brings $")
    assert "in eight of ten cases between" in said[0]
    assert any(one.startswith("2 deals are to close until 31 Dec 2026:") for one in said)
    assert words(part(content, "confidence")) == ["1 deal changed category since 16 Nov 2026: 1 surer, 0 less sure."]
    [row] = part(content, "confidence")["tables"][0]["rows"]
    assert (row["deal"], row["cells"][1:3]) == (str(one.pk), ["Pipeline", "Commit"])
    assert words(part(seen(cast.colleague, "thursday").content, "confidence"))[0].startswith("No change")


@pytest.mark.req("REPORT-02", "FORECAST-02", "FORECAST-03")
def test_thursday_tells_the_range_and_what_changed_since_monday_as_it_was_kept(cast, deals):
    thursday = datetime(2026, 11, 26, 12, tzinfo=UTC)
    one, two, _ = deals(cast.owner, ["open"] * 3, closed=WEEK, close_on=date(2026, 12, 15))
    Opportunity.objects.filter(pk__in=[one.pk, two.pk]).update(stage="O8")
    with sight(making.Scope(everything=True)):
        snapshots.keep(date(2026, 11, 22), by=cast.admin.actor, at=AT)
    Opportunity.objects.filter(pk=one.pk).update(amount_company_cents=400_000_00)
    Opportunity.objects.filter(pk=two.pk).update(close_on=date(2027, 2, 1))
    content = seen(cast.owner, "thursday", at=thursday).content
    said = words(part(content, "projections"))
    assert said[1].startswith("The middle of the range: ")
    assert said[1].endswith("on Monday, 23 Nov.")
    [range_, _] = part(content, "projections")["tables"]
    assert [row["cells"][0][:3] for row in range_["rows"]] == ["P10", "P50", "P90"]
    assert range_["heads"] == ["Range", "On 23 Nov", "Now", "Change"]
    assert range_["rows"][2]["cells"][1] != range_["rows"][2]["cells"][2], "a deal four times as large moves the upper end"
    moved = part(content, "moved")
    assert words(moved)[0] == ("Open deals that close in Q4 2026 went from $300k to $500k since Monday, 23 Nov: "
                               "amount up +$300k (1 deal), slipped out −$100k (1 deal).")  # fmt: skip
    assert [(row["cells"][0]["text"], row["cells"][1:]) for row in moved["tables"][0]["rows"]] == [
        (one.name, ["Amount up", "+$300k"]), (two.name, ["Slipped out", "−$100k"])]  # fmt: skip
    quiet = part(seen(cast.colleague, "thursday", at=thursday).content, "moved")
    assert words(quiet)[0] == "No change: no deal of Q4 2026 came, went or changed its amount since Monday, 23 Nov."


@pytest.mark.req("REPORT-09")
@pytest.mark.parametrize("name", KINDS)
def test_what_a_mail_says_of_a_report_names_nobody(cast, deals, name):
    rows = deals(cast.owner, ["won", "open", "open"], closed=WEEK, close_on=date(2026, 12, 15))
    content = seen(cast.admin, name).content
    said = " ".join(told.headlines(content))
    assert all(row.name not in said and row.account.name not in said for row in rows)


@pytest.mark.req("REPORT-10")
def test_a_market_share_is_counted_of_the_accounts_the_playbook_names(cast, deals):
    [won] = deals(cast.owner, ["won"], closed=WEEK)
    won.account.segment = "enterprise"
    won.account.save(update_fields=["segment"])
    with sight(making.Scope(everything=True)):
        Customer.objects.create(account=won.account, buying_unit=won.account, since=date(2026, 11, 18), updated_at=AT, owner=cast.owner, **signature(cast.admin.actor, AT))
    content = part(seen(cast.executive, "monthly").content, "share")
    assert content["tables"][0]["rows"][0]["cells"] == ["Enterprise", ["1", "/customers/"], "1,200", "0.1 %", "003 Large Health Systems: 1,200+"]


@pytest.mark.req("REPORT-09")
def test_made_again_it_is_a_new_version_and_the_mark_tells_whether_it_is_whole(cast, deals):
    deals(cast.owner, ["open"], closed=WEEK)
    with sight(scope_of(cast.owner)):
        first, second = (reports.keep(seen(cast.owner, "monday"), cast.owner, by=cast.owner.actor, at=AT) for _ in range(2))
        assert (first.version, second.version) == (1, 2)
        kept = Report.objects.get(pk=first.pk)
        assert told.digest(kept.parameters, kept.content) == kept.digest
        assert (kept.parameters["data_at"], kept.playbook_hash, kept.period) == (AT.isoformat(), BOOK.hash, "2026-W47")
        kept.content["sections"][0]["title"] = "Better"
        assert told.digest(kept.parameters, kept.content) != kept.digest


@pytest.mark.req("REPORT-09")
def test_a_deal_that_went_to_somebody_else_is_named_no_more_in_old_reports(cast, deals):
    [deal] = deals(cast.owner, ["open"], closed=WEEK, close_on=date(2026, 12, 1))
    with sight(scope_of(cast.owner)):
        row = reports.keep(seen(cast.owner, "monday"), cast.owner, by=cast.owner.actor, at=AT)
        assert deal.name in read(row, cast.owner)
    elsewhere = {"owner": cast.colleague, "team": cast.colleague.team, "territory": cast.colleague.territories[0]}
    with sight(making.Scope(everything=True)):
        Opportunity.objects.filter(pk=deal.pk).update(buying_unit=None, **elsewhere)
    with sight(scope_of(cast.owner)):
        now = read(row, cast.owner)
    assert deal.name not in now
    assert making.GONE in now


@pytest.mark.req("REPORT-09")
def test_it_tells_of_a_day_that_is_over_and_of_none_to_come(cast, deals):
    deals(cast.owner, ["open"] * 2, closed=WEEK)
    assert seen(cast.owner, "monday", as_of=date(2026, 11, 9)).period == "2026-W45"
    with pytest.raises(making.NotThatDay):
        seen(cast.owner, "monday", as_of=date(2026, 11, 24))
