"""Content is chosen by stage, persona and segment, goes out only approved, and an opening proves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.actions.enablement import assets
from rounds.kit.clock import now
from rounds.models import AssetDelivery, Event
from rounds.playbook import default
from rounds.rules import content as rules

BOOK = default().assets
pytestmark = pytest.mark.req("AUTO-14")


@pytest.fixture
def library(cast):
    def add(name, approved=True, **said):
        row = assets.add(name, kind="roi", link="https://files.example/a.pdf", by=cast.marketing.actor, at=now(), **said)
        if approved:
            assets.approve(row.versions.get(), by=cast.manager.actor, at=now())
        return row

    return add


class TestChoosing:
    def test_the_more_exact_one_goes_and_once(self, cast, deal, library):
        library("For all")
        exact = library("ROI for the CFO", stages=["P1"], personas=["finance"])
        library("For nurses", personas=["clinical"])
        library("For a later step", stages=["P5"])
        library("Not approved", approved=False, stages=["P1"], personas=["finance"])
        said = {"by": cast.owner.actor, "at": now()}
        first = assets.deliver(deal=deal, **said)
        assert (first.version.asset, first.why) == (exact, "stage P1, persona finance")
        assert assets.deliver(deal=deal, **said).version.asset.name == "For all"
        assert assets.deliver(deal=deal, **said) is None
        assert Event.objects.filter(kind="content.chosen", opportunity_id=deal.id).count() == 2

    words = st.sets(st.sampled_from(("P1", "P2")))

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(words, words, st.sampled_from(("P1", "P2", "")), st.sampled_from(("P1", "P2", "")))
    def test_nothing_goes_that_is_for_others(self, stages, personas, stage, persona):
        day = now().date()
        one = rules.Candidate(type("A", (), {"name": "A", "stages": sorted(stages), "personas": sorted(personas), "segments": []})(), 1, day, day)
        found = rules.choose(BOOK, [one], stage=stage, persona=persona, segment="", on=day)
        assert bool(found) == ((not stages or stage in stages) and (not personas or persona in personas))
        assert rules.choose(BOOK, [one], stage=stage, persona=persona, segment="", on=day + timedelta(days=1)) == [], "it has expired"

    def test_who_added_it_does_not_approve_it(self, cast, library):
        row = library("Slides", approved=False)
        with pytest.raises(assets.AssetRefused, match="Somebody else"):
            assets.approve(row.versions.get(), by=cast.marketing.actor, at=now())

    def test_a_new_version_goes_out_once_it_is_approved(self, cast, deal, library):
        row = library("Slides")
        assets.add_version(row, "https://files.example/b.pdf", by=cast.marketing.actor, at=now())
        assert assets.deliver(deal=deal, by=cast.owner.actor, at=now()).version.number == 1


def test_an_opening_is_counted_and_nothing_follows_from_it(cast, deal, library):
    library("For all")
    said = {"by": cast.owner.actor, "at": now()}
    row = assets.deliver(deal=deal, **said)
    before = Event.objects.count()
    for _ in range(3):
        assets.opened(row, **said)
    row = AssetDelivery.objects.get(pk=row.pk)
    assert (row.opens, row.engaged, Event.objects.count()) == (3, "", before)
    with pytest.raises(assets.AssetRefused):
        assets.engaged(row, "opened", **said)
    assert assets.engaged(row, "answered", **said).engaged == "answered"


def test_it_is_seen_with_its_deal(cast, deal, library, as_seen_by):
    from rounds.access.scope import scope_of, visible

    library("For all")
    assets.deliver(deal=deal, by=cast.owner.actor, at=now())
    for person, sees in ((cast.owner, 1), (cast.colleague, 0), (cast.manager, 1)):
        with as_seen_by(person):
            assert AssetDelivery.objects.count() == sees
            assert visible(AssetDelivery, scope_of(person)).count() == sees
