"""Why now: the reasons to call one buying unit today, and the sentence that says them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Lead, LeadActivity
from rounds.models.facts import acts_of
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.rules import budget, heat


@dataclass(frozen=True)
class Reason:
    """One reason: what it is called, what it means, where it comes from (a page or a file), and its half sentence."""

    kind: str
    icon: str
    title: str
    means: str
    source: str
    half: str
    url: str = ""


@dataclass(frozen=True)
class WhyNow:
    """The reasons, strongest first, the heat of the last days, and the budget window they rest on."""

    says: str
    reasons: list[Reason]
    heat: int
    heat_days: int
    window: budget.BudgetWindow


def why_now(unit: Account, book: Playbook, scope: Scope, *, at: datetime) -> WhyNow:
    """The reasons of `unit` at `at`. Four queries."""
    window = budget.window(book, unit.fye_month, day_of(book, at))
    since = at - timedelta(days=book.universe.freshness.news_days)
    reasons = [
        found for found in (_window(window), _hand_raise(unit, scope, since, at, book), _newcomer(unit, scope, since, book))
        if found is not None
    ]  # fmt: skip
    days = heat.reach(book)
    happened = acts_of(unit).filter(withdrawn_at=None, happened_at__lte=at, happened_at__gt=at - timedelta(days=days))
    warmth = heat.heat(book, happened.values_list("kind", "happened_at"), at).kept
    return WhyNow(_sentence(reasons, window), reasons, warmth, days, window)


def _window(window: budget.BudgetWindow) -> Reason | None:
    if window.opens is None or window.closes is None or window.year_end is None:
        return None
    half = "" if window.state == "later" else (
        f"their budget-request window is open for {_days(window.days_to_close)} more" if window.state == "open"
        else f"their budget-request window opens in {_days(window.days_to_open)}"
    )  # fmt: skip
    return Reason(
        "window", "calendar-clock", f"{short(window.opens)} – {short(window.closes)}",
        f"Window to ask for FY{window.money_of} money", f"year-end {short(window.year_end)}", half,
    )  # fmt: skip


def _hand_raise(unit: Account, scope: Scope, since: datetime, at: datetime, book: Playbook) -> Reason | None:
    leads = visible(Lead, scope).filter(buying_unit_id=unit.id, captured_at__gt=since, captured_at__lte=at)
    lead = leads.filter(hand_raise=True).order_by("-captured_at").first()
    if lead is None:
        return None
    first = (
        LeadActivity.objects.filter(lead=lead, direction="out", withdrawn_at=None, happened_at__gte=lead.captured_at)
        .order_by("happened_at").values_list("happened_at", flat=True).first()
    )  # fmt: skip
    answered = f", answered in {span(first - lead.captured_at)}" if first else ", not answered yet"
    asked = {"Web form": "asked for a demo"}.get(lead.source, "raised a hand")
    who = f"the {lead.title.lower()}" if lead.title and len(lead.title) < 40 and not lead.role else lead.name
    return Reason(
        "hand_raise", "hand", "Asked to talk", f"{short(day_of(book, lead.captured_at))}{answered}", f"lead {lead.name}",
        f"{who} {asked} on {_day(day_of(book, lead.captured_at), day_of(book, at))}", f"/leads/{lead.id}/",
    )  # fmt: skip


def _newcomer(unit: Account, scope: Scope, since: datetime, book: Playbook) -> Reason | None:
    people = visible(Contact, scope).filter(buying_unit_id=unit.id, seniority="executive", created_at__gt=since)
    person = people.filter(left_on=None).order_by("-created_at").first()
    if person is None:
        return None
    title = book.picklists.contact_role.titles.get(person.role, person.title or person.role)
    return Reason(
        "newcomer", "user-round-plus", f"{person.role or 'Executive'} now known",
        f"{person.name}, since {short(day_of(book, person.created_at))}", "contact",
        f"we now know their {title.lower()}", f"/contacts/{person.id}/",
    )  # fmt: skip


def _sentence(reasons: list[Reason], window: budget.BudgetWindow) -> str:
    halves = [reason.half for reason in reasons if reason.half]
    if halves:
        said = " and ".join([", ".join(halves[:-1]), halves[-1]] if len(halves) > 1 else halves)
        return said[:1].upper() + said[1:] + "."
    if window.opens is None:
        return "Nothing presses: nobody raised a hand lately, and their fiscal year-end is unknown."
    return f"Nothing presses: nobody raised a hand lately, and their budget window opens in {_days(window.days_to_open)}."


def short(day: date) -> str:
    """31 Dec."""
    return f"{day.day} {day:%b}"


def _day(day: date, today: date) -> str:
    return f"{day:%A}" if (today - day).days < 7 else short(day)


def _days(count: int | None) -> str:
    return f"{count} day" if count == 1 else f"{count:,} days"


def span(length: timedelta) -> str:
    """18 min, 3 h, 2 days."""
    minutes = max(int(length.total_seconds() // 60), 0)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
