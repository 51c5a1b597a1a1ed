"""Mails about notices: at once together, in the morning once a day of the person's own, nothing where nothing is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rounds.actions.desk import notifications, telling
from rounds.jobs import deliveries as sending
from rounds.jobs import notices
from rounds.kit.clock import frozen_at, now
from rounds.models import ActionLink, Delivery, Digest
from rounds.playbook import default
from rounds.rules import digests
from tests.mail_peer import mail_peer, use

pytestmark = pytest.mark.req("ROUTE-10")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def mail(settings):
    settings.MAIL = "smtp"


def tell(user, by, kind="task.assigned", at=None, **said):
    given = {"title": "Call Rosa Meridian", "url": "/leads/", **said}
    return notifications.notify([user], kind=kind, by=by.actor, at=at or now(), **given)


def wall(year, month, day, hour, minute=0, zone=NEW_YORK) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


class TestTheMorning:
    @pytest.mark.parametrize("day", [(2026, 3, 7), (2026, 3, 8), (2026, 3, 9), (2026, 10, 31), (2026, 11, 1), (2026, 11, 2), (2028, 2, 29)])
    def test_it_is_half_past_seven_on_the_wall_whatever_was_done_to_the_clock(self, day):
        morning = default().notifications.digest
        for zone in ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/Berlin"):
            at = [wall(*day, 0, zone=ZoneInfo(zone)) + timedelta(minutes=m) for m in range(0, 25 * 60, 5)]
            due = [moment for moment in at if (found := digests.due_on(morning, moment, zone)) and found.timetuple()[:3] == day]
            assert due[0].astimezone(ZoneInfo(zone)).strftime("%H:%M") == "07:30"
            assert due[-1] - due[0] == timedelta(hours=2, minutes=55)

    def test_one_mail_a_day_and_none_where_nothing_is_new(self, cast, mail):
        at = wall(2026, 11, 20, 7, 31)
        with frozen_at(at):
            assert notices.digest(str(cast.owner.id)) == 0
        assert Delivery.objects.count() == 0
        tell(cast.owner, cast.manager, at=at)
        with frozen_at(at + timedelta(minutes=30)):
            assert notices.digest(str(cast.owner.id)) == 0, "the morning was looked at"
        with frozen_at(at + timedelta(days=1)):
            assert [notices.digest(str(cast.owner.id)) for _ in range(3)] == [1, 0, 0]
        assert Delivery.objects.count() == 1
        with frozen_at(at + timedelta(days=2)):
            assert notices.digest(str(cast.owner.id)) == 0, "it was told"
        assert Digest.objects.count() == 3

    def test_who_moves_west_is_not_told_twice_on_one_day(self, cast, mail):
        cast.owner.time_zone = "Europe/Berlin"
        cast.owner.save(update_fields=["time_zone"])
        at = wall(2026, 11, 20, 8, zone=ZoneInfo("Europe/Berlin"))
        tell(cast.owner, cast.manager, at=at)
        with frozen_at(at):
            assert notices.digest(str(cast.owner.id)) == 1
        cast.owner.time_zone = "America/New_York"
        cast.owner.save(update_fields=["time_zone"])
        tell(cast.owner, cast.manager, at=at)
        with frozen_at(at + timedelta(hours=6)):
            assert notices.digest(str(cast.owner.id)) == 0

    def test_the_worker_asks_for_those_whose_morning_it_is(self, cast, mail):
        with frozen_at(wall(2026, 11, 20, 9)):
            assert cast.owner.id in telling.mornings(at=now())
            notices.digest(str(cast.owner.id))
            assert cast.owner.id not in telling.mornings(at=now())
        with frozen_at(wall(2026, 11, 20, 12)):
            assert telling.mornings(at=now()) == set()


class TestAtOnce:
    def test_what_comes_within_a_minute_is_one_mail_with_its_links(self, cast, lead_of, settings):
        with mail_peer() as (peer, port):
            use(port, settings)
            lead, at = lead_of(cast.owner), now()
            tell(cast.owner, cast.manager, kind="lead.assigned", title="Rosa Meridian is yours", body="Warm. First word within 2 hours.", lead=lead, at=at)
            assert notices.mail_now(str(cast.owner.id)) == 0, "more of its kind may come"
            with frozen_at(at + timedelta(seconds=61)):
                assert notices.mail_now(str(cast.owner.id)) == 1
                assert notices.mail_now(str(cast.owner.id)) == 0
                sending.deliver(str(Delivery.objects.get().id))
            (letter,) = peer.letters()
        text = letter.get_body(("plain",)).get_content()
        assert str(letter["Subject"]) == "Rosa Meridian is yours"
        assert "First word within 2 hours" in text
        assert ActionLink.objects.count() == 2
        assert text.count("/act/") == 2
        assert "/me/notices/" in text, "where one changes that"
        assert "You get this because" in text

    def test_what_was_read_in_the_meantime_is_not_mailed(self, cast, mail, as_seen_by):
        at = now()
        tell(cast.owner, cast.manager, kind="lead.hot", at=at)
        with as_seen_by(cast.owner):
            notifications.read(cast.owner, None, at=at)
        with frozen_at(at + timedelta(minutes=2)):
            assert notices.mail_now(str(cast.owner.id)) == 0

    def test_what_went_out_of_sight_is_not_mailed(self, cast, lead_of, mail):
        from rounds.models import Lead

        lead, at = lead_of(cast.owner), now()
        tell(cast.owner, cast.manager, kind="lead.assigned", lead=lead, at=at)
        Lead.objects.filter(pk=lead.pk).update(owner=cast.colleague, territory="West", team=None, buying_unit=None)
        with frozen_at(at + timedelta(minutes=2)):
            assert notices.mail_now(str(cast.owner.id)) == 0
