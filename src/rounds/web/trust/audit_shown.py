"""What the audit page asks and shows: filters out of the address, entries in words with links to what can still be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.timezone import get_current_timezone

from rounds.access.allowed import may
from rounds.access.scope import visible
from rounds.analytics.trust import trail, words
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, User

RECORDS: dict[str, tuple[Any, str]] = {"account": (Account, "/accounts/{}/"), "contact": (Contact, "/contacts/{}/"), "lead": (Lead, "/leads/{}/")}
FIELDS = ("who", "record", "from", "to", "group", "verb", "chain", "order")


class NotADay(Refusal):
    """A day looks like 2026-11-22."""

    status = 422


class NoSuchPage(Refusal):
    """This page of the trail is gone; start again from its first page."""

    status = 422


@dataclass(frozen=True)
class Asked:
    """What the address asks: `fields` as said, `query` as searched."""

    fields: dict[str, str]
    query: trail.Asked

    @property
    def said(self) -> str:
        """The filters as a query string, without the place in the list."""
        return urlencode({name: value for name, value in self.fields.items() if value})

    def _to(self, **more: str) -> str:
        return "?" + urlencode({name: value for name, value in (self.fields | more).items() if value})

    def page(self, last: trail.Entry) -> str:
        """The address of the page after `last`."""
        return self._to(after=f"{last.at.astimezone(UTC).isoformat()}~{last.id}")

    @property
    def first(self) -> str:
        """The address of the first page, "" on it."""
        return self._to() if self.query.after else ""

    @property
    def turned(self) -> dict[str, str]:
        """The other order: its words and address."""
        rising = self.query.rising
        return {"name": "Newest first" if rising else "Oldest first", "url": self._to(order="" if rising else "old")}

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The kinds of deed as choices."""
        named = [("", "Everything"), *((key, title) for key, (title, _) in words.GROUPS.items())]
        return [{"name": name, "url": self._to(group=key, verb=""), "current": self.fields["group"] == key and not self.fields["verb"]}
                for key, name in named]  # fmt: skip

    @property
    def chains(self) -> list[dict[str, Any]]:
        """The chains as choices."""
        named = (("", "Both chains"), ("write", "Writes"), ("read", "Reads"))
        return [{"name": name, "url": self._to(chain=key), "current": self.fields["chain"] == key} for key, name in named]

    @property
    def any(self) -> bool:
        """Whether anything is asked but the order."""
        return any(value for name, value in self.fields.items() if name != "order")


def asked_of(request: HttpRequest, given: QueryDict | None = None) -> Asked:
    """The filters of the address (or of a form that repeats them). Raises NotADay, NoSuchPage."""
    params = request.GET if given is None else given
    fields = {name: params.get(name, "").strip()[:200] for name in FIELDS}
    group = words.GROUPS.get(fields["group"])
    verbs = (fields["verb"],) if fields["verb"] else group[1] if group else None
    query = trail.Asked(
        people=trail.people_named(fields["who"]) if fields["who"] else None,
        records=trail.records_named(fields["record"]) if fields["record"] else None,
        verbs=verbs, since=_moment(fields["from"]), until=_moment(fields["to"], last=True),
        chain=fields["chain"] if fields["chain"] in ("write", "read") else "", rising=fields["order"] == "old",
    )  # fmt: skip
    return Asked(fields, replace(query, after=_after(params.get("after", ""))))


def rows(request: HttpRequest, entries: list[trail.Entry]) -> list[dict[str, Any]]:
    """The entries in words. One query a kind of record that is named in them."""
    named = _named(request, entries)
    shown = []
    for entry in entries:
        name, url = named.get((entry.subject_kind, entry.subject_id), ("", ""))
        if entry.subject_id is not None and entry.subject_id == entry.by_id:
            name, url = "", ""  # what people do to themselves names them once
        what = name or (f"{entry.subject_kind.replace('_', ' ')} {str(entry.subject_id)[:8]}" if entry.subject_id and entry.subject_id != entry.by_id else "")
        shown.append({"entry": entry, "who": entry.by_name or entry.by_kind.capitalize(), "deed": words.deed(entry.verb, entry.detail),
                      "what": what, "url": url, "more": words.more(entry.detail)})  # fmt: skip
    return shown


def _named(request: HttpRequest, entries: list[trail.Entry]) -> dict[tuple[str, UUID | None], tuple[str, str]]:
    """Names and addresses of what the viewer may still see: by (kind, id)."""
    ids: dict[str, set[UUID]] = {}
    for entry in entries:
        if entry.subject_id:
            ids.setdefault(entry.subject_kind, set()).add(entry.subject_id)
    found: dict[tuple[str, UUID | None], tuple[str, str]] = {}
    for kind, (model, url) in RECORDS.items():
        if kind in ids:
            for key, name in visible(model, request.scope).filter(pk__in=ids[kind]).values_list("id", "name"):
                found[kind, key] = (name, url.format(key))
    if "user" in ids:
        at = "/people/{}/" if may(request.user, "people.read") else ""
        for key, name in User.objects.filter(pk__in=ids["user"]).values_list("id", "name"):
            found["user", key] = (name, at.format(key))
    return found


def _moment(said: str, *, last: bool = False) -> datetime | None:
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
        begins = datetime.combine(day, time.min, get_current_timezone())
        return begins + timedelta(days=1, microseconds=-1) if last else begins
    except (ValueError, OverflowError) as error:
        raise NotADay(field="to" if last else "from") from error


def _after(said: str) -> tuple[datetime, UUID] | None:
    if not said:
        return None
    try:
        moment, _, key = said.partition("~")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise NoSuchPage
        return at, UUID(key)
    except ValueError as error:
        raise NoSuchPage from error
