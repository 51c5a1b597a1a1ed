"""The gate before patient data: no BAA in force, no data (LEGAL-03, PLUS-27).

It reads the dates of the register each time it is asked, so that an agreement which runs out shuts our doors at midnight
of the workspace's zone by itself; no job has to run for it. A live clinical service is no door of ours: it is never shut
here, its officer is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.kit.refusal import Refusal
from rounds.models import Account, Baa
from rounds.models.flow.active import active
from rounds.playbook.shapes.agreements import Agreements
from rounds.rules import agreements as rules


class NoBaaInForce(Refusal):
    """There is no BAA in force: patient data stays out until one is signed."""


@dataclass(frozen=True, slots=True)
class Cover:
    """How an account is covered today. `word`: none, unsigned, coming, in_force, ending, ran_out, ended; `lacks` and
    `unread` say what of the agreement is not proven; `open`: patient data may come in."""

    open: bool
    word: str
    says: str
    baa: Baa | None = None
    days: int | None = None
    lacks: tuple[str, ...] = ()
    unread: bool = False


def need_baa(account: Account, at: datetime, *, what: str = "poc_data") -> Cover:
    """Go on only with a BAA in force with `account` or the system it buys through. `what`: a door of
    trust/agreements.yaml, or words for it; a door that never closes (a live clinical service) is let through.

    Raises NoBaaInForce (409) with what to do.
    """
    book, found = active().playbook.agreements, cover(account, at)
    door = book.doors.get(what)
    if found.open or (door is not None and not door.closes):
        return found
    title = door.title if door else what.strip() or "Patient data"
    raise NoBaaInForce(f"{title} stays shut for {account.name}: {found.says} Sign a BAA under Compliance, Agreements; "
                       "what needs no patient data goes on.")  # fmt: skip


def cover(account: Account, at: datetime) -> Cover:
    """How `account` is covered at the moment `at`, by its own agreements and those of its buying unit. Three queries."""
    return covers([account], at)[account.pk]


def covers(accounts: Sequence[Account], at: datetime) -> dict[UUID, Cover]:
    """The same for many accounts, in as many queries as for one."""
    units = {account.pk: {account.pk, account.buying_unit_id} - {None} for account in accounts}
    keys = set().union(*units.values()) if units else set()
    rows = Baa.objects.filter(counterparty__account_id__in=keys, counterparty__ended_at=None).select_related("counterparty")
    by_account: dict[UUID, list[Baa]] = {}
    for baa in rows.prefetch_related("readings"):
        by_account.setdefault(baa.counterparty.account_id, []).append(baa)
    book = active().playbook.agreements
    on = at.astimezone(ZoneInfo(book.zone)).date()
    return {key: _covered(book, [baa for one in mine for baa in by_account.get(one, [])], on) for key, mine in units.items()}


def _covered(book: Agreements, baas: list[Baa], on: date) -> Cover:
    """Of several agreements the one that opens the door and holds longest; else what the last one wants."""
    if not baas:
        return Cover(False, "none", "no BAA is written down.")
    read = {baa.pk: _read(book, baa) for baa in baas}
    opens = [baa for baa in baas if not rules.closes(book.elements, read[baa.pk])]
    baa = rules.effective(opens, on) or rules.effective(baas, on) or max(baas, key=lambda one: (one.signed_on is not None, one.at))
    stands, found = rules.standing(baa, on, max(book.baa_told_before.days)), read[baa.pk]
    shut = rules.closes(book.elements, found)
    says = _says(book, baa, stands, found, shut)
    return Cover(stands.holds and not shut, stands.word, says, baa, stands.days, found.lacks, found.unread or bool(found.unsaid))


def _read(book: Agreements, baa: Baa) -> rules.Read:
    last = max(baa.readings.all(), key=lambda one: (one.at, one.pk), default=None)
    return rules.read(book.elements, last.present, last.missing) if last else rules.read(book.elements, None)


def _says(book: Agreements, baa: Baa, stands: rules.Standing, found: rules.Read, shut: bool) -> str:
    last, name = rules.last_day(baa), f"BAA {baa.version}"
    if not stands.holds:
        return {
            "unsigned": f"{name} is not signed.",
            "coming": f"{name} begins on {(baa.effective_on or baa.signed_on):%-d %b %Y}." if baa.signed_on else f"{name} has not begun.",
            "ran_out": f"{name} ran out on {last:%-d %b %Y}." if last else "",
            "ended": f"{name} was ended on {last:%-d %b %Y}." if last else "",
        }[stands.word]
    if shut:
        titles = book.elements.titles
        return f"{name} lacks {', '.join(titles[code].lower() for code in found.lacks)}." if found.lacks else f"{name} was not read through."
    return f"{name} is in force{f' to {last:%-d %b %Y}' if last else ''}."
