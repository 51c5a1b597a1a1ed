"""The executive who sees all, the manager who sees her people and the rep who sees her own read numbers that add up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.numbers import quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.models import Opportunity
from tests.analytics.numbers.conftest import deals
from tests.analytics.numbers.test_live import AT, NOVEMBER, seen

__all__ = ["deals"]


@pytest.fixture
def company(cast, deals):
    """Quotas of three reps, what they won, and a deal of the colleague's that lies in the manager's team, so that she sees it and not his quota."""
    for who, dollars in ((cast.owner, 500_000), (cast.senior_ae, 300_000), (cast.colleague, 400_000)):
        quotas.set_quota(who, quarter_said("2026-Q4", AT), dollars * 100, by=cast.admin.actor, at=AT - timedelta(days=40))
    deals(cast.owner, ["won"] * 4 + ["lost", "open"], closed=NOVEMBER)
    deals(cast.senior_ae, ["won", "open"], closed=NOVEMBER)
    strayed, *_ = deals(cast.colleague, ["won"] * 3 + ["open"], closed=NOVEMBER)
    Opportunity.objects.filter(pk=strayed.pk).update(team=cast.owner.team, territory=cast.owner.territories[0])
    return cast


def sides(user, name, **said):
    found = seen(user, name, **said).reading
    return found.top or 0, found.base or 0


def own(user, name):
    """As the dashboard of a rep asks: narrowed to its reader."""
    return sides(user, name, filters=(("owner", (str(user.pk),)),))


def summed(*pairs):
    return tuple(map(sum, zip(*pairs, strict=True)))


@pytest.mark.req("ANALYTICS-17", "FORECAST-09")
def test_attainment_of_reps_makes_the_managers_and_those_make_the_executives(company):
    hers, his, theirs = (own(who, "quota_attainment") for who in (company.owner, company.senior_ae, company.colleague))
    assert (hers, his, theirs) == ((40_000_000, 50_000_000), (10_000_000, 30_000_000), (30_000_000, 40_000_000))
    team, whole = sides(company.manager, "quota_attainment"), sides(company.executive, "quota_attainment")
    assert team == summed(hers, his), "a deal of somebody whose quota she does not see counts on neither side"
    assert whole == summed(team, theirs)


@pytest.mark.req("ANALYTICS-12", "FORECAST-04", "FORECAST-09")
def test_coverage_of_reps_makes_the_managers_and_those_make_the_executives(company):
    deals_of = Opportunity.objects.filter(closed_at=None)
    deals_of.update(close_on=quarter_said("2026-Q4", AT).last)
    strayed = deals_of.get(owner=company.colleague)
    Opportunity.objects.filter(pk=strayed.pk).update(team=company.owner.team, territory=company.owner.territories[0])
    each = hers, his, theirs = tuple(own(who, "pipeline_coverage") for who in (company.owner, company.senior_ae, company.colleague))
    assert each == ((10_000_000, 10_000_000), (10_000_000, 20_000_000), (10_000_000, 10_000_000))
    team, whole = sides(company.manager, "pipeline_coverage"), sides(company.executive, "pipeline_coverage")
    assert team == summed(hers, his), "she sees the open deal of somebody whose quota she does not see: it counts on neither side"
    assert whole == summed(team, theirs)


@pytest.mark.req("ANALYTICS-52", "ANALYTICS-02")
@pytest.mark.parametrize("name", ["win_rate", "pipeline_value", "won_value", "weighted_pipeline", "open_deal_count"])
def test_what_each_rep_has_makes_what_the_executive_sees(company, name):
    each = [seen(who, name, filters=(("owner", (str(who.pk),)),)).reading for who in (company.owner, company.senior_ae, company.colleague)]
    whole = seen(company.executive, name).reading
    assert sum(one.n for one in each) == whole.n
    if name == "win_rate":
        assert summed(*((one.top or 0, one.base or 0) for one in each)) == (whole.top, whole.base)
    else:
        assert sum(one.value or 0 for one in each) == whole.value
