"""Filters and tags of every template (a builtin library: no {% load %} needed). docs/look.md lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from rounds.kit import clock as kit_clock
from rounds.web.templatetags import lists, marks, viewer, words

register = template.Library()


def _local(value: date | datetime | None) -> date | datetime | None:
    """A moment in the viewer's zone; days and nothing stay as they are."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _now() -> datetime:
    return timezone.localtime(kit_clock.now())


# ---- what the viewer may ----
for _asked in (viewer.may, viewer.reads, viewer.writes, viewer.may_change, viewer.shows, viewer.shell_of):
    register.filter(_asked.__name__, _asked)


# ---- words ----
register.filter("number", words.number)
register.filter("signed", words.signed)
register.filter("money", words.money)
register.filter("money_full", words.money_full)
register.filter("percent", words.percent)
register.filter("share", words.share)
register.filter("signed_share", words.signed_share)
register.filter("counted", words.counted)
register.filter("plural", words.plural)
register.filter("initials", words.initials)


@register.filter
def cents(value: int | None) -> str:
    """Stored cents, short: 430000000 → "$4.3M"."""
    return words.UNKNOWN if value is None else words.money(Decimal(value) / 100)


@register.filter
def cents_full(value: int | None) -> str:
    """Stored cents where money is agreed: 222000000 → "$2,220,000"."""
    return words.UNKNOWN if value is None else words.money_full(Decimal(value) / 100)


@register.filter
def day(value: date | datetime | None) -> str:
    """ "Fri 20 Nov" within a fortnight, "22 Jan 2027" elsewhere, in the viewer's zone."""
    return words.day(_local(value), _now().date())


@register.filter("clock")
def clock_(value: datetime | None) -> str:
    """ "10:02" in the viewer's zone."""
    return words.clock(_local(value))  # type: ignore[arg-type]


@register.filter
def moment(value: datetime | None) -> str:
    """ "10:02" today, else "Fri 20 Nov, 10:02"."""
    return words.moment(_local(value), _now().date())  # type: ignore[arg-type]


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """ "12 min ago", with the moment on hover; "never" for nothing."""
    if value is None:
        return "never"
    local, now = _local(value), _now()
    said = words.length(now - local) + " ago" if local <= now else "in " + words.length(local - now)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), words.moment(local, now.date()), said
    )


@register.filter
def band_word(value: str | None) -> str:
    """ "hot" → "Hot"; nothing → "Not scored"."""
    return marks.BANDS[value][0] if value in marks.BANDS else "Not scored"


@register.filter
def matched(text: str, query: str) -> SafeString | str:
    """The letters of `query` bold where a word of `text` begins with them."""
    found = re.search(rf"\b{re.escape(query)}", text, re.IGNORECASE) if query else None
    if not found:
        return text
    start, end = found.span()
    return format_html("{}<b>{}</b>{}", text[:start], text[start:end], text[end:])


@register.filter
def html_attrs(attrs: object) -> SafeString:
    """A component's further attributes, each value escaped (plain {{ attrs }} of django-cotton escapes none)."""
    given: Mapping = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else dict(attrs or {})  # type: ignore[call-overload]
    pairs = ((key, value) for key, value in given.items() if value is not None and value is not False)
    return format_html_join(
        "", "{}", ((format_html(' {}="{}"', k, v) if v is not True else format_html(" {}", k),) for k, v in pairs)
    )


@register.filter
def hundredths(ratio: float | None) -> float | None:
    """A ratio of 0 to 1 as hundredths: 0.57 → 57."""
    return None if ratio is None else round(ratio * 100, 6)


@register.filter
def queue_word(code: str) -> str:
    """What a queue is called."""
    from rounds.models.leads.queues import queue_title

    return queue_title(code) if code else ""


@register.filter
def segment_word(code: str) -> str:
    """ "mid_market" → "Mid-market"."""
    return code.replace("_", "-").capitalize()


@register.filter
def fit_says(row: object, whole: int) -> str:
    """What a band rests on: "Fit A, 47 of 75 known" of a scored row's `fit_grade` and `fit_known`; `whole` is the maximum."""
    grade, known = getattr(row, "fit_grade", ""), getattr(row, "fit_known", None)
    return f"Fit {grade or 'not known'}, {known or 0} of {whole} known"


@register.filter
def heat_depth(value: object, top: object) -> str:
    """A matrix cell's depth class h0 to h4, from its share of the largest cell."""
    size, most = float(value or 0), float(top or 0)  # type: ignore[arg-type]
    if not size or not most:
        return "h0"
    part = size / most
    return "h4" if part > 0.6 else "h3" if part > 0.3 else "h2" if part > 0.15 else "h1"


@register.filter
def joined(text: str) -> str:
    """What follows a name in a sentence: with a gap, unless it begins with a comma."""
    return "" if not text else text if text.startswith(",") else f" {text}"


@register.filter
def listed(text: str) -> list[str]:
    """ "40,60,80" → its parts."""
    return [part.strip() for part in str(text).split(",") if part.strip()]


@register.filter
def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Pairs as the points of an SVG line."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)


@register.filter
def item(mapping: Mapping | None, key: object) -> object:
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


# ---- marks ----
register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.tag, name="tag")
register.simple_tag(marks.band, name="band")
register.simple_tag(marks.tier, name="tier")
register.simple_tag(marks.grade, name="grade")
register.simple_tag(marks.score, name="score")
register.simple_tag(marks.spread, name="spread")
register.simple_tag(marks.known, name="known")
register.simple_tag(marks.bar, name="bar")
register.simple_tag(marks.gate, name="gate")
register.simple_tag(marks.bant_word, name="bant_word")
register.simple_tag(marks.avatar, name="avatar")
register.simple_tag(words.between, name="between")

# ---- lists ----
register.simple_tag(lists.sorting, name="sorting")
register.simple_tag(lists.list_url, name="list_url", takes_context=True)
register.simple_tag(lists.kept_params, name="kept_params", takes_context=True)
register.simple_tag(lists.control, name="control")
register.filter("chips", lists.chips)
register.filter("builder_data", lists.builder_data)


@register.simple_tag
def due(at: datetime | None, soon_hours: int = 8, tinted: bool = False) -> SafeString:
    """A service clock; see `marks.due`."""
    return marks.due(_local(at), _now(), timedelta(hours=soon_hours), tinted)  # type: ignore[arg-type]


@register.simple_tag(takes_context=True)
def here(context: template.Context, *places: str, value: str = "page") -> SafeString:
    """aria-current when the page's `place` is one of `places`."""
    return mark_safe(f'aria-current="{value}"' if context.get("place") in places else "")  # noqa: S308


@register.simple_tag
def uid(prefix: str = "u") -> str:
    """An id that is unique on the page."""
    return f"{prefix}-{next(_numbers)}"


def _count():
    number = 0
    while True:
        number = number % 1_000_000 + 1
        yield number


_numbers = _count()


@register.filter
def record_at(folder: str, key: object) -> str:
    """ "/leads/" and a key: the address of that record."""
    return f"{folder}{key}/"
