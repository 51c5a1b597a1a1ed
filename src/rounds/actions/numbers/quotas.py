"""Quotas: what somebody is to win in a quarter (FORECAST-09)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.numbers.quarters import NoSuchQuarter, need_open_days, quarter_said
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Quota, User
from rounds.models.base import signature
from rounds.rules.pipeline.amounts import MOST_CENTS
from rounds.rules.pipeline.quarters import Quarter

MOST_LINES = 2000


class QuotaRefused(Refusal):
    """A quota is an amount of dollars, nothing or more."""

    status = 422
    field = "amount"


class LinesRefused(Refusal):
    """Some of these lines cannot be read; none was kept."""

    status = 422
    field = "lines"


def give(owner: User, cents: int, *, starts_on: date, ends_on: date, by: Actor, at: datetime) -> Quota:
    """Say what `owner` is to win (ARR in cents of the company's currency) from `starts_on` to `ends_on`, both inclusive. What was
    said before of the same days ends, and stays readable. Effects: Quota, quota.given, an audit entry. Raises QuotaRefused (422),
    QuarterLocked (409)."""
    if ends_on < starts_on:
        raise QuotaRefused("The quota ends before it begins; exchange the two days.", field="ends_on")
    if not 0 <= cents <= MOST_CENTS:
        raise QuotaRefused("A quota is an amount of dollars, and not below nothing.", field="amount")
    with deed(by):
        _end(owner, starts_on, ends_on, at)
        territory = owner.territories[0] if len(owner.territories) == 1 else ""
        quota = Quota.objects.create(owner=owner, team_id=owner.team_id, territory=territory, starts_on=starts_on, ends_on=ends_on,
                                     cents=cents, **signature(by, at))  # fmt: skip
        _tell(quota, cents, by=by, at=at)
    return quota


def set_quota(owner: User, quarter: Quarter, cents: int | None, *, by: Actor, at: datetime) -> Quota | None:
    """Say what `owner` is to win in a quarter; None takes it away. The same again writes nothing. Effects and refusals: those of
    give."""
    before = Quota.objects.filter(owner=owner, starts_on=quarter.first, ends_on=quarter.last, ended_at=None).first()
    if (before.cents if before else None) == cents:
        return before
    if cents is not None:
        return give(owner, cents, starts_on=quarter.first, ends_on=quarter.last, by=by, at=at)
    with deed(by):
        _end(owner, quarter.first, quarter.last, at)
        _tell(before, None, by=by, at=at)
    return None


def _end(owner: User, starts_on: date, ends_on: date, at: datetime) -> None:
    need_open_days(starts_on)
    Quota.objects.filter(owner=owner, starts_on=starts_on, ends_on=ends_on, ended_at=None).update(ended_at=at)


def _tell(quota: Quota, cents: int | None, *, by: Actor, at: datetime) -> None:
    said = {"owner": str(quota.owner_id), "owner_name": quota.owner.name, "cents": cents, "starts_on": quota.starts_on.isoformat(),
            "ends_on": quota.ends_on.isoformat()}  # fmt: skip
    events.record("quota.given", said, by=by, at=at, subject=quota.id)
    audit.note("quota.given", by=by, at=at, kind="quota", subject=quota.id, detail={name: value for name, value in said.items() if name != "owner_name"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a pasted table."""

    number: int
    owner: User
    quarter: Quarter
    cents: int


def paste(text: str, people: Iterable[User], *, by: Actor, at: datetime) -> int:
    """Set quotas from lines of e-mail, quarter and dollars, parted by commas, semicolons or tabs, with or without a head; how
    many. All or none; `people` are those whose quotas may be set. Effects: those of set_quota. Raises LinesRefused (422), which
    says of each line what is wrong with it, QuarterLocked (409)."""
    lines = read(text, {one.email.lower(): one for one in people}, at)
    with deed(by):
        for line in lines:
            set_quota(line.owner, line.quarter, line.cents, by=by, at=at)
    return len(lines)


def read(text: str, people: dict[str, User], at: datetime) -> list[Line]:
    """The lines of a pasted table. Raises LinesRefused (422)."""
    rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text.strip()), delimiter=_delimiter(text)), 1) if any(cell.strip() for cell in row)]
    if rows and "@" not in rows[0][1][0]:
        rows = rows[1:]
    if not rows:
        raise LinesRefused("There is no line. Write one a person and quarter: ana@company.com, 2026-Q4, 450000.")
    if len(rows) > MOST_LINES:
        raise LinesRefused(f"At most {MOST_LINES} lines at once.")
    found, faults, seen = [], [], set[tuple[UUID, str]]()
    for number, row in rows:
        line = _line(number, [cell.strip() for cell in row], people, at)
        if isinstance(line, str):
            faults.append(f"Line {number}: {line}")
        elif (key := (line.owner.id, line.quarter.code)) in seen:
            faults.append(f"Line {number}: {line.owner.name} and {line.quarter.code} stand there twice.")
        else:
            seen.add(key)
            found.append(line)
    if faults:
        raise LinesRefused(" ".join(faults[:10]) + (f" And {len(faults) - 10} more." if len(faults) > 10 else "") + " Nothing was kept.")
    return found


def _line(number: int, cells: list[str], people: dict[str, User], at: datetime) -> Line | str:
    if len(cells) != 3:
        return "write e-mail, quarter and dollars."
    owner = people.get(cells[0].lower())
    if owner is None:
        return f"nobody of yours has the address {cells[0][:80]}."
    try:
        quarter = quarter_said(cells[1] or "?", at)
    except NoSuchQuarter as refusal:
        return str(refusal)
    cents = dollars(cells[2])
    if cents is None:
        return f"“{cells[2][:40]}” is no amount of dollars."
    return Line(number, owner, quarter, cents)


def dollars(said: str) -> int | None:
    """Cents of "450000", "$450,000.00", "450k" or "1.2m"; None for what is no amount."""
    text = said.strip().lower().lstrip("$").replace(",", "").replace(" ", "")
    times = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
    try:
        amount = Decimal(text[:-1] if times > 1 else text) * times * 100
        return int(amount.quantize(Decimal(1), ROUND_HALF_UP)) if amount.is_finite() and 0 <= amount <= MOST_CENTS else None
    except InvalidOperation:
        return None


def _delimiter(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return max(("\t", ";", ","), key=first.count)


def in_force(quarter: Quarter, owners: Collection[UUID] | None = None) -> dict[UUID, int]:
    """Owner → quota in cents, of those the viewer sees. One query."""
    rows = Quota.objects.filter(starts_on=quarter.first, ends_on=quarter.last, ended_at=None)
    if owners is not None:
        rows = rows.filter(owner__in=owners)
    return dict(rows.values_list("owner_id", "cents"))
