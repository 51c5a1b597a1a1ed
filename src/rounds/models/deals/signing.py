"""The path to signature of a deal: the playbook's steps with what the deal says otherwise, planned (PLUS-28)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rounds.models.deals.approving import buying_of, steps_of
from rounds.models.deals.committee import ApprovalStep
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.room import SigningStep
from rounds.models.trust.agreements import Baa
from rounds.playbook import Playbook
from rounds.playbook.shapes.rooms import PathStep
from rounds.rules import agreements
from rounds.rules.pipeline.critical_path import Freeze, Path, Step, freezes_between, plan

AHEAD = timedelta(days=3 * 365)
"""How far ahead freezes are looked for."""
CLOSED = ("approved", "not_needed")


@dataclass(frozen=True)
class Signing:
    """The plan of a deal; `left_out` are the playbook's steps it does without, `changed` the codes it says otherwise.
    `asked` None: nobody said when it is to be closed, so the earliest day stands in for it."""

    path: Path
    asked: date | None
    left_out: tuple[PathStep, ...]
    changed: frozenset[str]
    annual: bool


def path_of(deal: Opportunity, book: Playbook, today: date) -> Signing:
    """The path of an open deal seen from `today`. Four queries."""
    rows = {row.code: row for row in SigningStep.objects.filter(opportunity_id=deal.id)}
    approvals = [one for one in steps_of(deal.id) if one.code]
    buying = buying_of(deal.id)
    signed = _baa_since(deal, today) if deal.phi_involved else None
    asked = [one for one in book.signing_path.steps if _asked(one, deal, book)]
    left_out = tuple(one for one in asked if (row := rows.get(one.step)) is not None and row.left_out)
    steps = [_step(one, rows.get(one.step), approvals, signed) for one in asked if one not in left_out]
    own = _own(rows.values())
    if own and steps:  # the last step of the playbook waits for the deal's own
        steps[-1] = replace(steps[-1], after=(*steps[-1].after, *(one.code for one in own)))
    steps = [*own, *steps]
    annual = buying is not None and buying.annual_budget == "yes"
    closes = _year_end((buying.fye_month if buying else None) or deal.account.fye_month, today) if annual else None
    freezes = _freezes(book, today)
    same = {"today": today, "quarter_starts": book.signing_path.quarters.starts, "closes": closes}
    path = plan(steps, freezes, wanted=deal.close_on or plan(steps, freezes, wanted=today, **same).signature, **same)
    return Signing(path, deal.close_on, left_out, frozenset(rows), annual)


def _asked(one: PathStep, deal: Opportunity, book: Playbook) -> bool:
    """Whether the step is still before the deal, and about it."""
    way = book.stages.way
    passed = one.until in way and deal.stage in way and way.index(deal.stage) >= way.index(one.until)
    return not passed and (deal.phi_involved or not one.phi)


def _step(one: PathStep, row: SigningStep | None, approvals: Sequence[ApprovalStep], baa_since: date | None) -> Step:
    """A step of the playbook: what the deal says of it, else what its approval or the BAA says, else the playbook."""
    approval = next((found for found in approvals if found.code == one.step), None)
    done = row.done_on if row else None
    meets = row.meets_on if row else None
    if approval is not None:
        done = done or (approval.decided_on if approval.state in CLOSED else None)
        meets = meets or approval.due_on
    if one.phi and done is None:
        done = baa_since
    return Step(one.step, (row and row.title) or one.title, (row and row.days) or one.days, (row and row.whose) or one.whose, one.after,
                row.begins_on if row else None, (meets,) if meets else (), done, one.pauses)  # fmt: skip


def _own(rows: Sequence[SigningStep]) -> list[Step]:
    """The deal's own steps; the last step of the playbook waits for them."""
    return [Step(row.code, row.title, row.days or 1, row.whose, (), row.begins_on, (row.meets_on,) if row.meets_on else (), row.done_on)
            for row in rows if row.own and not row.left_out]  # fmt: skip


def _baa_since(deal: Opportunity, today: date) -> date | None:
    """Since when a BAA with the account, or with its buying unit, is in force; None where none is. One query."""
    about = {deal.account_id, deal.buying_unit_id or deal.account_id}
    held = [row for row in Baa.objects.filter(counterparty__account_id__in=about, counterparty__ended_at=None) if agreements.holds(row, today)]
    return min((row.effective_on or row.signed_on for row in held), default=None)


def _freezes(book: Playbook, today: date) -> list[Freeze]:
    said = [(one.freeze, one.title, one.whose, one.from_, one.to) for one in book.signing_path.freezes]
    return freezes_between(said, today, today + AHEAD)


def _year_end(month: int | None, today: date) -> date | None:
    """The last day of the customer's fiscal year that runs today; None where it is not known."""
    if not month:
        return None
    year = today.year if today.month <= month else today.year + 1
    return date(year, month, calendar.monthrange(year, month)[1])
