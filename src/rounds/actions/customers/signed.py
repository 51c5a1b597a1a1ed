"""What a customer signs in the portal: the go-live of its project, the result of its proof of concept, a
proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.actions.customers import implementations, issues
from rounds.actions.deals import poc_ending, proposal_life
from rounds.actions.desk.notifications import notify
from rounds.actions.portal.signing import SignatureRefused, ToSign, signable
from rounds.kit.actor import Actor
from rounds.models import Contact, Implementation, Poc, ProjectStep, Proposal, SignOff, User
from rounds.models.customers.implementations import RUNNING
from rounds.models.flow.days import house_day, house_today


def find(account: UUID, key: UUID) -> ToSign | None:
    """The project of that account whose go-live may be signed: it was kicked off, and production is deployed or live."""
    row = Implementation.objects.filter(RUNNING, pk=key, customer__account_id=account).select_related("customer__account", "customer__owner").first()
    if row is None or row.kickoff_held_at is None:
        return None
    ready = row.live_on is not None or ProjectStep.objects.filter(implementation=row, code="production", done_on__isnull=False).exists()
    if not ready:
        return None
    done = ProjectStep.objects.filter(implementation=row, done_on__isnull=False).order_by("position")
    shown = {"project": row.name, "done": [[step.title, step.done_on.isoformat()] for step in done]}
    statement = f"{row.customer.account.name} works with the system in production and accepts the go-live of “{row.name}”."
    return ToSign(row, f"Go-live: {row.name}", statement, shown)


@signable("go_live", "Go-live", find=find)
def signed(project: Implementation, row: SignOff, *, by: Actor, at: datetime) -> None:
    """Accepted, the project is live from that day; otherwise what is missing is an issue. Whoever looks after them is told.

    Effects: those of implementations.go_live, or of issues.open_issue; a notice.
    """
    who = f"{row.name}{f', {row.title}' if row.title else ''}"
    if row.accepted:
        implementations.go_live(project, on=house_day(at), evidence=f"Signed in the portal by {who}", by=by, at=at)
        said = f"{who} signed the go-live of {project.name}"
    else:
        issues.open_issue(project.customer, f"Go-live not accepted: {row.remark}"[:300], severity="major", implementation=project, by=by, at=at)
        said = f"{who} does not accept the go-live of {project.name} yet"
    owner = project.customer.owner
    notify([owner] if owner else [], kind="customer.signed", title=said, body=row.remark, url=f"/implementations/{project.pk}/",
           account=project.customer.account, by=by, at=at)  # fmt: skip


def find_poc(account: UUID, key: UUID) -> ToSign | None:
    """The proof of concept of that account whose results were shown, and which nobody has signed yet."""
    row = Poc.objects.filter(pk=key, opportunity__account_id=account, state="readout").select_related("opportunity__account", "opportunity__owner").first()
    if row is None or poc_ending.signed_off(row) is not None:
        return None
    words = {"success": "its objectives were met", "partial": "its objectives were met in part", "failed": "its objectives were not met"}
    statement = f"{row.opportunity.account.name} saw the results of “{row.name}” and confirms that {words.get(row.result, 'they are as shown')}."
    return ToSign(row, f"Result: {row.name}", statement, {"result": row.result, "readout_on": row.readout_on.isoformat()}, row.opportunity_id)


@signable("poc", "Result of the proof of concept", find=find_poc)
def poc_signed(poc: Poc, row: SignOff, *, by: Actor, at: datetime) -> None:
    """Accepted, the result is signed off by their contact; otherwise the owner of the deal is told what is missing.

    Effects: those of poc_ending.sign_off; a notice. Raises SignatureRefused where the person is no contact of theirs.
    """
    deal = poc.opportunity
    if row.accepted:
        email = User.objects.filter(pk=by.id).values_list("email", flat=True).first() or ""
        contact = Contact.objects.filter(buying_unit_id=deal.buying_unit_id, email__iexact=email, left_on=None).first()
        if contact is None:
            raise SignatureRefused("You are not among the people of this project yet. Write to whoever looks after you; they add you.", field="name")
        poc_ending.sign_off(poc, contact, note=f"In the portal, as {row.name}", by=by, at=at)
    said = f"{row.name} {'signed the result of' if row.accepted else 'does not accept the result of'} {poc.name}"
    notify([deal.owner] if deal.owner else [], kind="customer.signed", title=said, body=row.remark, url=f"/pocs/{poc.pk}/",
           account=deal.account, by=by, at=at)  # fmt: skip


def find_proposal(account: UUID, key: UUID) -> ToSign | None:
    """The proposal of that account that waits for an answer and has not run out."""
    row = Proposal.objects.filter(pk=key, opportunity__account_id=account, state__in=("sent", "viewed")).select_related("opportunity__account").first()
    if row is None or row.expires_on < house_today():
        return None
    statement = f"{row.opportunity.account.name} accepts “{row.title}”, version {row.version}, in principle; a contract is still to be signed."
    return ToSign(row, f"Proposal: {row.title}", statement, {"version": row.version, "content": row.content_hash}, row.opportunity_id)


@signable("proposal", "Proposal", find=find_proposal)
def proposal_signed(row: Proposal, said: SignOff, *, by: Actor, at: datetime) -> None:
    """Effects: those of proposal_life.answer, which tells the owner of the deal."""
    words = f"{said.name}{f', {said.title}' if said.title else ''}{f': {said.remark}' if said.remark else ''}"
    proposal_life.answer(row, "accepted" if said.accepted else "changes", how="portal", words=words, by=by, at=at)
