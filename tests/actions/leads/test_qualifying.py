"""The sheet, the gate, the moves and the conversion: what is written, what is refused, what is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import converting, gate, leads, qualifying, statuses
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Contact, Event, LeadStatusChange, Opportunity, QualificationAnswer, QualificationPass
from rounds.models.flow.active import active


def fill(lead, by, at=None):
    """Yes to every indicator of BANT."""
    for entry in active().playbook.qualification.asked:
        if entry.kind == "bant":
            for item in entry.indicators:
                qualifying.answer(lead, item.item, "yes", by=by, at=at or now())


@pytest.mark.req("QUAL-01", "QUAL-08", "QUAL-15")
def test_an_answer_is_a_row_and_the_verdict_follows(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    sheet = qualifying.answer(lead, "pain_point", "yes", note="Alarm fatigue on 4 West", by=by, at=now())
    assert sheet.holds["pain_point"].answer == "yes"
    row = QualificationAnswer.objects.get(lead=lead, item="pain_point")
    assert (row.answer, row.note, row.by_name) == ("yes", "Alarm fatigue on 4 West", cast.owner.name)
    lead.refresh_from_db()
    assert (lead.bant, lead.dimensions["need"]) == ("at_risk", "at_risk")
    qualifying.answer(lead, "pain_point", "yes", by=by, at=now())
    assert QualificationAnswer.objects.filter(lead=lead).count() == 1, "the same word again is no news"
    qualifying.answer(lead, "pain_point", "no", by=by, at=now())
    assert [row.answer for row in QualificationAnswer.objects.filter(lead=lead).order_by("at")] == ["yes", "no"]
    assert Event.objects.filter(lead_id=lead.id, kind="lead.sheet_answered").count() == 2


@pytest.mark.req("QUAL-12")
def test_what_cannot_both_be_true_is_refused_in_a_sentence(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    qualifying.answer(lead, "clinical_champion", "yes", by=by, at=now())
    with pytest.raises(qualifying.Contradicts, match="“No clinical champion” and “Clinical champion identified” cannot both be true"):
        qualifying.answer(lead, "no_champion", "yes", by=by, at=now())
    assert QualificationAnswer.objects.filter(lead=lead).count() == 1


def test_a_flag_comes_down_with_a_note_alone(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    qualifying.answer(lead, "it_resistance", "yes", by=by, at=now())
    with pytest.raises(qualifying.ResolutionMissing):
        qualifying.answer(lead, "it_resistance", "no", by=by, at=now())
    sheet = qualifying.answer(lead, "it_resistance", "no", note="The new CIO wants it", by=by, at=now())
    assert sheet.holds["it_resistance"].answer == "no"


@pytest.mark.req("QUAL-08")
def test_who_looked_at_an_older_answer_is_told_both_values(cast, lead_of):
    lead = lead_of(cast.owner)
    qualifying.answer(lead, "quantified", "yes", note="40 % fewer alarms", was="", by=cast.owner.actor, at=now())
    with pytest.raises(qualifying.AnsweredMeanwhile) as met:
        qualifying.answer(lead, "quantified", "no", was="", by=cast.manager.actor, at=now())
    assert (met.value.status, met.value.theirs.answer, met.value.yours) == (409, "yes", "no")
    qualifying.answer(lead, "quantified", "no", was=str(met.value.theirs.id), by=cast.manager.actor, at=now())
    assert {row.by_name for row in QualificationAnswer.objects.filter(lead=lead)} == {cast.owner.name, cast.manager.name}


@pytest.mark.req("QUAL-11")
def test_figures_and_people_of_the_account_answer_for_themselves(cast, lead_of):
    from rounds.actions.market import accounts, contacts

    unit = accounts.add(name="Meridian Health", level="system", state="NY", by=cast.admin.actor, at=now(), hipaa_status="Compliant", fye_month=6)
    lead = leads.capture({"name": "Rosa", "organization": "Meridian Health", "facts": {"it_budget_usd": 2_000_000}}, by=cast.owner.actor, at=now(), account=unit)
    bo = contacts.add(unit, name="Bo Fox", title="Chief Information Officer", by=cast.owner.actor, at=now())
    from rounds.actions.leads import activities

    activities.log("call", account=unit, contact=bo, by=cast.owner.actor, at=now())
    holds = gate.standing_sheet(lead, at=now()).holds
    for item in ("capacity", "c_level_access", "hipaa_infrastructure", "budget_cycle"):
        assert (holds[item].answer, holds[item].by_person) == ("yes", False), item
    assert holds["capacity"].derived == "IT budget 2,000,000"
    sheet = qualifying.answer(lead, "capacity", "no", note="Frozen", by=cast.owner.actor, at=now())
    assert sheet.holds["capacity"].aside, "a person outranks the data, visibly"


@pytest.mark.req("LEAD-24", "QUAL-09")
def test_no_door_qualifies_what_the_sheet_does_not(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    with pytest.raises(gate.NotQualified, match="Need: 3 more of 4 open indicators"):
        leads.set_status(lead, "Qualified", by=by, at=now())
    fill(lead, by)
    assert leads.set_status(lead, "Qualified", by=by, at=now()).status == "Qualified"
    assert QualificationPass.objects.get(lead=lead).way == "gate"
    with pytest.raises(statuses.StatusNotNext, match="by converting it"):
        leads.set_status(lead, "Converted", by=by, at=now())


@pytest.mark.req("LEAD-24")
def test_a_disqualification_names_a_reason_of_the_list_and_can_be_reopened(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    with pytest.raises(statuses.ReasonMissing):
        statuses.set_status(lead, "Disqualified", by=by, at=now())
    with pytest.raises(statuses.ReasonMissing):
        statuses.set_status(lead, "Disqualified", code="bored", by=by, at=now())
    with pytest.raises(statuses.ReasonMissing, match="words of your own"):
        statuses.set_status(lead, "Disqualified", code="other", by=by, at=now())
    lead = statuses.set_status(lead, "Disqualified", code="no_budget", by=by, at=now())
    assert LeadStatusChange.objects.filter(lead=lead).order_by("-at")[0].code == "no_budget"
    with pytest.raises(statuses.StatusNotNext, match="It can become Recycled"):
        statuses.set_status(lead, "New", by=by, at=now())
    with pytest.raises(statuses.ReasonMissing):
        statuses.set_status(lead, "Recycled", by=by, at=now())
    lead = statuses.set_status(lead, "Recycled", reason="New budget in spring", by=by, at=now())
    assert statuses.set_status(lead, "New", by=by, at=now()).status == "New"


@pytest.mark.req("QUAL-13")
def test_an_override_is_kept_with_its_reason_and_what_was_missing(cast, lead_of):
    lead = lead_of(cast.owner)
    with pytest.raises(qualifying.OverrideRefused):
        qualifying.override(lead, reason=" ", by=cast.manager.actor, at=now())
    with pytest.raises(qualifying.OverrideRefused, match="Only a person"):
        qualifying.override(lead, reason="It looks good", by=SYSTEM_ACTOR, at=now())
    assert qualifying.override(lead, reason="Their board decided last week", by=cast.manager.actor, at=now()).status == "Qualified"
    kept = QualificationPass.objects.get(lead=lead)
    assert (kept.way, kept.reason, kept.by_name) == ("override", "Their board decided last week", cast.manager.name)
    assert "need" in kept.unmet


@pytest.mark.req("LEAD-32", "QUAL-10")
def test_a_qualified_lead_becomes_account_contact_and_deal_once(cast, lead_of):
    lead, by = lead_of(cast.owner, organization="Newfound Clinic", email="rosa@newfound.example"), cast.owner.actor
    with pytest.raises(statuses.StatusNotNext):
        converting.convert(lead, by=by, at=now())
    assert not Opportunity.objects.exists()
    fill(lead, by)
    leads.set_status(lead, "Qualified", by=by, at=now())
    deal = converting.convert(lead, by=by, at=now())
    lead.refresh_from_db()
    assert (lead.status, lead.account_id, deal.stage, deal.owner_id) == ("Converted", deal.account_id, "O1", cast.owner.id)
    assert deal.score_snapshot["total"] == lead.score_total
    assert deal.score_snapshot["bant"] == "met"
    assert deal.score_snapshot["stage_1_missing"], "warned, not stopped"
    assert (deal.contact.email, deal.contact.account.name) == ("rosa@newfound.example", "Newfound Clinic")
    assert converting.convert(lead, by=by, at=now()).id == deal.id
    assert (Opportunity.objects.count(), Account.objects.count(), Contact.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(kind="opportunity.opened").count() == 1


@pytest.mark.req("LEAD-32")
def test_a_matching_account_and_contact_are_taken(cast, lead_of):
    from rounds.actions.market import accounts, contacts

    unit = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now(), owner=cast.owner)
    bo = contacts.add(unit, name="Bo Fox", email="bo@harbour.example", by=cast.owner.actor, at=now())
    lead = lead_of(cast.owner, name="Bo Fox", organization="Harbour Health", state="NY", email="bo@harbour.example")
    fill(lead, cast.owner.actor)
    leads.set_status(lead, "Qualified", by=cast.owner.actor, at=now())
    deal = converting.convert(lead, by=cast.owner.actor, at=now())
    assert (deal.account_id, deal.contact_id, deal.buying_unit_id) == (unit.id, bo.id, unit.id)


def test_an_answer_that_grew_old_is_asked_again(cast, lead_of):
    lead, by = lead_of(cast.owner), cast.owner.actor
    fill(lead, by, at=now() - timedelta(days=200))
    assert gate.standing_sheet(lead, at=now()).verdict.bant == "unknown"
    sheet = gate.judge(lead, at=now() - timedelta(days=199))
    assert sheet.verdict.bant == "met"
    assert lead.sheet_due_at < now()
