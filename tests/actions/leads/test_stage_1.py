"""Before a deal is opened (QUAL-10), where the playbook says block: what is missing stops it, nothing of it is written."""

from __future__ import annotations

import pytest

from rounds.actions.flow import playbooks
from rounds.actions.leads import converting, leads, qualifying
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import Account, Contact, Event, Lead, Opportunity
from rounds.models.flow.active import active
from tests.actions.leads.test_qualifying import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def blocked(cast, lead_of):
    """A qualified lead, under a playbook that blocks: one stakeholder of three is known, nothing confirmed."""
    text = active().playbook.files["qualification.yaml"]
    assert "mode: warn " in text
    files = {**active().playbook.files, "qualification.yaml": text.replace("mode: warn ", "mode: block ")}
    playbooks.publish(files, reason="Stage 1 blocks", by=cast.admin.actor, at=now())
    lead = lead_of(cast.owner, organization="Newfound Clinic", email="rosa@newfound.example", state="NY")
    fill(lead, cast.owner.actor)
    leads.set_status(lead, "Qualified", by=cast.owner.actor, at=now())
    return Lead.objects.get(pk=lead.pk)


@pytest.mark.req("QUAL-10", "LEAD-32")
def test_what_is_missing_stops_the_deal_and_is_named(cast, blocked):
    before = (Account.objects.count(), Contact.objects.count(), Event.objects.count())
    with pytest.raises(converting.Stage1Missing) as stopped:
        converting.convert(blocked, by=cast.owner.actor, at=now())
    for said in ("3 stakeholders identified, 1 known", "Technology requirements confirmed", "Competitive landscape assessed"):
        assert said in str(stopped.value)
    assert "Validated BANT" not in str(stopped.value), "that one is there"
    assert not Opportunity.objects.exists()
    assert (Account.objects.count(), Contact.objects.count(), Event.objects.count()) == before
    assert Lead.objects.get(pk=blocked.pk).status == "Qualified"


@pytest.mark.req("QUAL-10")
def test_the_page_answers_with_what_is_missing(cast, blocked, door):
    client = door(cast.owner)
    answer = client.post(f"/leads/{blocked.id}/conversion/")
    assert answer.status_code == 409
    assert "3 stakeholders identified, 1 known" in answer.content.decode()
    assert not Opportunity.objects.exists()
    assert client.get(f"/leads/{blocked.id}/qualification/").status_code == 200


@pytest.mark.req("QUAL-10")
def test_it_opens_once_everything_is_there(cast, blocked):
    by = cast.owner.actor
    unit = accounts.add(name="Newfound Clinic", level="system", state="NY", by=cast.admin.actor, at=now(), owner=cast.owner)
    Lead.objects.filter(pk=blocked.pk).update(account=unit, buying_unit=unit)
    for name in ("Ann Lee", "Bo Fox", "Cy Orr"):
        contacts.add(unit, name=name, title="Chief Information Officer", email=f"{name.split()[0].lower()}@newfound.example", by=by, at=now())
    lead = Lead.objects.get(pk=blocked.pk)
    qualifying.answer(lead, "technology_requirements", "yes", by=by, at=now())
    with pytest.raises(converting.Stage1Missing, match=r"^Before a deal is opened: Competitive landscape assessed\.$"):
        converting.convert(Lead.objects.get(pk=lead.pk), by=by, at=now())
    qualifying.answer(lead, "competitive_landscape", "yes", by=by, at=now())
    deal = converting.convert(Lead.objects.get(pk=lead.pk), by=by, at=now())
    assert deal.score_snapshot["stage_1_missing"] == []
    assert Lead.objects.get(pk=lead.pk).status == "Converted"
