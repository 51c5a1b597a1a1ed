"""Videos: what each is for, what comes before a recording goes out, a link that counts people and no machines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.enablement import assets, offering, sharing, videos
from rounds.actions.enablement.offering import Towards
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.trust import agreements
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AssetDelivery, AssetLink, AssetView, Event, LeadActivity
from rounds.rules.engagement import Asked

pytestmark = pytest.mark.req("COMM-12")
BROWSER = Asked("POST", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36", "198.51.100.0")


@pytest.fixture
def video(cast):
    """`video(name, purpose)`: a video that may go out."""

    def add(name="Hello from us", purpose="intro", approved=True, **said):
        row = assets.add(name, kind="video", purpose=purpose, link="https://videos.example/watch", by=cast.marketing.actor, at=now(), **said)
        if approved:
            assets.approve(row.versions.get(), by=cast.manager.actor, at=now())
        return row

    return add


@pytest.fixture
def with_microsoft(cast):
    at = now()
    party = agreements.add("Microsoft", "vendor", touches_phi=True, by=cast.admin.actor, at=at)
    baa = agreements.draft(party, "2026-1", by=cast.admin.actor, at=at, effective_on=at.date())
    agreements.sign(baa, at.date(), by=cast.admin.actor, at=at)


@pytest.fixture
def link(cast, deal, video):
    """A shared video: its delivery and token, shared an hour ago."""
    row, path = offering.share_video(video(), Towards(deal=deal, contact=deal.contact), by=cast.owner.actor, at=now() - timedelta(hours=1))
    return row, path.split("/")[2]


def later(row):
    counted = sharing.settle(by=SYSTEM_ACTOR, at=now() + timedelta(minutes=1))
    row.refresh_from_db()
    return counted, row.views, row.scans


class TestLibrary:
    def test_the_four_workflows_are_purposes_and_each_video_has_one(self, cast, video):
        from rounds.playbook import default

        assert list(default().assets.videos.by_code) == ["intro", "demo_recording", "executive_follow_up", "training"]
        for purpose in ("", "party"):
            with pytest.raises(AssetRefused, match="Say what the video is for: intro, demo_recording"):
                video(purpose=purpose)
        with pytest.raises(AssetRefused, match="Only a video has a purpose"):
            assets.add("A deck", kind="deck", purpose="intro", link="https://files.example/a.pdf", by=cast.owner.actor, at=now())
        with pytest.raises(AssetRefused, match="no platform “tape”"):
            video(platform="tape")

    def test_a_recording_lies_where_an_agreement_holds(self, video, cast):
        with pytest.raises(AssetRefused, match="on which platform"):
            video(purpose="demo_recording")
        with pytest.raises(AssetRefused, match="No agreement with Microsoft"):
            video(purpose="demo_recording", platform="teams")

    def test_a_recording_is_watched_to_the_end_before_anybody_approves_it(self, video, cast, with_microsoft):
        row, said = video(purpose="demo_recording", platform="teams", approved=False), {"by": cast.marketing.actor, "at": now()}
        version = row.versions.get()
        with pytest.raises(AssetRefused, match="Watch the recording to its end first"):
            assets.approve(version, by=cast.manager.actor, at=now())
        with pytest.raises(AssetRefused, match="shows patient data does not go out"):
            videos.clear(version, seen="Nobody of theirs", no_patient_data=False, **said)
        with pytest.raises(AssetRefused, match="who is seen"):
            videos.clear(version, seen=" ", no_patient_data=True, **said)
        videos.clear(version, seen="Two of ours; their CMIO agreed", no_patient_data=True, **said)
        version.refresh_from_db()
        assert assets.approve(version, by=cast.manager.actor, at=now()).watched_by == cast.marketing.name
        with pytest.raises(AssetRefused, match="approved already"):
            videos.clear(version, seen="Others", no_patient_data=True, **said)
        with pytest.raises(AssetRefused, match="Only a recording"):
            videos.clear(video("Just us", approved=False).versions.get(), seen="Us", no_patient_data=True, **said)

    def test_what_is_made_for_one_person_no_automation_picks(self, cast, deal, video):
        video()
        video("For the board", purpose="executive_follow_up")
        assert assets.deliver(deal=deal, by=cast.owner.actor, at=now()) is None
        training = video("How to begin", purpose="training")
        assert assets.deliver(deal=deal, by=cast.owner.actor, at=now()).version.asset == training


class TestLink:
    def test_only_its_digest_is_kept_and_it_ends_with_the_version(self, link):
        row, token = link
        kept = AssetLink.objects.get()
        assert token.encode() not in bytes(kept.digest)
        assert row.sent_at is not None
        assert kept.expires_at == row.link_ends_at
        assert (kept.expires_at.date() - row.version.expires_on).days in (0, 1)
        with pytest.raises(sharing.LinkEnded):
            sharing.follow(token, BROWSER, went_on=False, at=kept.expires_at)
        assert Event.objects.get(kind="content.shared").payload["until"] == row.version.expires_on.isoformat()

    def test_a_person_who_goes_on_is_counted_and_is_interest_once_a_day(self, cast, link, deal):
        row, token = link
        sharing.follow(token, Asked("GET", BROWSER.agent, BROWSER.address), went_on=False, at=now())
        assert later(row) == (0, 0, 0), "a cover that was looked at is nothing yet"
        for _ in range(2):
            assert sharing.follow(token, BROWSER, went_on=True, at=now()).version.link == "https://videos.example/watch"
        assert sharing.settle(by=SYSTEM_ACTOR, at=now() + timedelta(seconds=1)) == 0, "not before a scanner would have come again"
        assert later(row) == (2, 2, 0)
        assert later(row) == (0, 2, 0)
        act = LeadActivity.objects.get(kind="video_view")
        assert (act.account_id, act.contact_id, act.subject) == (deal.account_id, deal.contact_id, "Hello from us")
        assert [one.payload["views"] for one in Event.objects.filter(kind="content.viewed").order_by("at", "id")] == [1, 2]

    @pytest.mark.parametrize("ways", [[("HEAD", False), ("POST", True)], [("GET", False, "Barracuda Sentinel"), ("POST", True)], [("POST", True, "curl/8.5")]])
    def test_a_scanner_is_counted_apart_whatever_it_does(self, link, ways):
        row, token = link
        for method, went_on, *agent in ways:
            sharing.follow(token, Asked(method, *(agent or [BROWSER.agent]), BROWSER.address), went_on=went_on, at=now())
        assert later(row) == (0, 0, len(ways))
        assert not AssetView.objects.filter(machine="").exists()
        assert not LeadActivity.objects.exists()
        assert not Event.objects.filter(kind="content.viewed").exists()

    def test_it_is_ended_or_its_asset_retired_and_leads_nowhere(self, cast, link, video):
        row, token = link
        said = {"by": cast.owner.actor, "at": now()}
        assert sharing.end(row, **said).link_ends_at is None
        sharing.end(row, **said)
        assert Event.objects.filter(kind="content.link_ended").count() == 1
        with pytest.raises(sharing.LinkEnded):
            sharing.follow(token, BROWSER, went_on=True, at=now())
        again = sharing.share(row, **said).split("/")[2]
        assets.retire(row.version.asset, **said)
        with pytest.raises(sharing.LinkEnded):
            sharing.follow(again, BROWSER, went_on=True, at=now())
        with pytest.raises(AssetRefused, match="was retired"):
            sharing.share(row, **said)
        with pytest.raises(sharing.LinkEnded):
            sharing.follow("made-up", BROWSER, went_on=False, at=now())

    def test_an_expired_version_is_not_shared(self, cast, link):
        row, _ = link
        with pytest.raises(AssetRefused, match="expired"):
            sharing.share(row, by=cast.owner.actor, at=now() + timedelta(days=800))
        assert AssetDelivery.objects.get().views == 0
