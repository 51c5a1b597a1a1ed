"""The gate before patient data: it reads the register's dates, shuts itself, and never touches a live service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.actions.deals import data_gate
from rounds.actions.market import accounts
from rounds.actions.trust import agreements, baa_reading, ends_told
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, BaaReading, EndNotice, Notification
from rounds.playbook import default, with_set
from rounds.rules import agreements as rules
from rounds.rules import breaching

BOOK = default().agreements
ALL = tuple(BOOK.elements.titles)
pytestmark = pytest.mark.req("PLUS-27")


@pytest.fixture
def said(cast):
    return {"by": cast.compliance.actor, "at": now()}


@pytest.fixture
def customer(cast, said):
    account = accounts.add(name="Osprey Sound", level="system", state="FL", owner=cast.owner, by=cast.admin.actor, at=now())
    hospital = accounts.add(name="Osprey North", level="hospital", state="FL", parent=account, by=cast.admin.actor, at=now())
    return account, hospital, agreements.add("", "customer", account=account, **said)


def signed(party, said, *, days: int):
    today = agreements.day(said["at"])
    baa = agreements.draft(party, f"v{days}", expires_on=today + timedelta(days=days), **said)
    return agreements.sign(baa, today, **said)


def later(days: int) -> datetime:
    """Noon of the workspace's day so many days from today."""
    zone = ZoneInfo(BOOK.zone)
    return datetime.combine(agreements.day(now()) + timedelta(days=days), datetime.min.time(), zone) + timedelta(hours=12)


@pytest.mark.req("LEGAL-03")
class TestTheGate:
    def test_it_opens_for_the_hospitals_of_the_system_that_signed_and_shuts_after_the_last_day_by_itself(self, customer, said):
        system, hospital, party = customer
        baa = signed(party, said, days=20)
        for account in (system, hospital):
            assert data_gate.need_baa(account, later(20)).baa == baa
            with pytest.raises(data_gate.NoBaaInForce, match=r"Data of a proof of concept stays shut for Osprey .* ran out") as refused:
                data_gate.need_baa(account, later(21), what="poc_data")
            assert refused.value.status == 409

    def test_a_live_clinical_service_goes_on_without_one(self, customer):
        account, *_ = customer
        assert not data_gate.need_baa(account, now(), what="clinical_service").open
        with pytest.raises(data_gate.NoBaaInForce, match="The chart viewer stays shut"):
            data_gate.need_baa(account, now(), what="The chart viewer")

    def test_an_element_that_is_missing_shuts_it_and_a_better_version_opens_it(self, customer, said):
        account, _, party = customer
        baa = signed(party, said, days=20)
        assert data_gate.cover(account, now()).unread, "nobody has read it, which is said"
        baa_reading.read(baa, [code for code in ALL if code != "return_or_destroy"], **said)
        with pytest.raises(data_gate.NoBaaInForce, match="lacks return or destruction at the end"):
            data_gate.need_baa(account, now())
        better = signed(party, said, days=10)
        baa_reading.read(better, ALL, breach_hours=72, **said)
        found = data_gate.need_baa(account, now())
        assert (found.baa, found.unread, found.lacks) == (better, False, ())

    def test_it_asks_as_little_for_many_as_for_one(self, cast, customer, said, django_assert_num_queries):
        system, hospital, party = customer
        signed(party, said, days=20)
        signed(party, said, days=30)
        with django_assert_num_queries(3):
            data_gate.covers([system], now())
        with django_assert_num_queries(3):
            found = data_gate.covers([system, hospital], now())
        assert all(one.open for one in found.values())


class TestReading:
    @given(st.sets(st.sampled_from(ALL)), st.sets(st.sampled_from(ALL)))
    def test_what_is_not_said_is_never_complete(self, present, missing):
        found = rules.read(BOOK.elements, present, missing)
        assert found.complete == (set(ALL) <= present - missing)
        assert rules.closes(BOOK.elements, found) == bool(found.lacks)

    def test_the_company_chooses_what_an_unread_one_does(self):
        strict = with_set(default(), {"baa.unread": "block"}).agreements.elements
        assert rules.closes(strict, rules.read(strict, None))
        assert not rules.closes(BOOK.elements, rules.read(BOOK.elements, None))

    def test_what_cannot_be_read_is_refused(self, customer, said):
        _, _, party = customer
        baa = signed(party, said, days=20)
        for present, hours in ((["a smile"], None), (ALL, 0), (ALL, 9000)):
            with pytest.raises(agreements.AgreementRefused):
                baa_reading.read(baa, present, breach_hours=hours, **said)
        assert not BaaReading.objects.exists()


class TestTheBreachClock:
    @pytest.mark.parametrize(
        ("hours", "state", "rule", "whose"),
        [(None, "TX", 1440, "federal law"), (72, "FL", 72, "the agreement"), (720, "FL", 240, "the law of FL"),
         (None, "CO", 720, "the law of CO"), (8760, "", 1440, "federal law")],
    )  # fmt: skip
    def test_the_shortest_rules(self, hours, state, rule, whose):
        first, *others = rules.breach_clock(BOOK, hours, state)
        assert (first.hours, first.whose) == (rule, whose)
        assert all(first.hours <= other.hours for other in others)

    def test_below_500_the_secretary_is_told_after_the_year(self):
        day = date(2026, 3, 1)
        assert breaching.told_by(default(), day, 620) == {"individuals_by": date(2026, 4, 30), "hhs_by": date(2026, 4, 30)}
        assert breaching.told_by(default(), day, 120)["hhs_by"] == date(2027, 3, 1)


class TestItsEnd:
    def told(self, days: int) -> int:
        return ends_told.tell_baas(by=SYSTEM_ACTOR, at=later(days))

    def test_it_is_told_at_90_30_and_7_days_once_each(self, cast, customer, said, as_seen_by):
        _, _, party = customer
        signed(party, said, days=100)
        assert [self.told(day) for day in (0, 9, 10, 11, 69, 70, 70, 93, 99, 100, 101)] == [0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0]
        assert sorted(EndNotice.objects.values_list("days", flat=True)) == [7, 30, 90]
        for person, place in ((cast.owner, "/accounts/"), (cast.compliance, "/trust/agreements/")):
            with as_seen_by(person):
                rows = list(Notification.objects.filter(kind="agreement.ending"))
            assert rows
            assert all(row.url.startswith(place) for row in rows), "who sells does not open the compliance pages"

    def test_nobody_is_told_of_one_that_is_followed(self, customer, said):
        _, _, party = customer
        signed(party, said, days=5)
        signed(party, said, days=400)
        assert self.told(0) == 0

    def test_its_data_is_owed_within_30_days_until_a_certificate_is_written_down(self, customer, said):
        _, _, party = customer
        baa = signed(party, said, days=0)
        with pytest.raises(agreements.AgreementRefused, match="has not ended"):
            baa_reading.give_back(baa, "destroyed", agreements.day(now()), certificate="Wiped", **said)
        [owed] = baa_reading.owed(later(40))
        assert (owed.baa, owed.days) == (baa, -10)
        then = {**said, "at": later(41)}
        with pytest.raises(agreements.AgreementRefused, match="what certifies it"):
            baa_reading.give_back(baa, "destroyed", agreements.day(later(41)), certificate=" ", **then)
        baa_reading.give_back(baa, "destroyed", agreements.day(later(41)), certificate="NIST 800-88 purge, three disks", **then)
        assert baa_reading.owed(later(42)) == []
        assert AuditEntry.objects.filter(verb="baa.phi_return").exists()
