"""The marks that stand inside a line: icon, band, tier, grade, score chip, completeness ring, clock, avatar.

Each function returns safe HTML without inline style or script: widths are SVG attributes. A list of fifty rows
draws hundreds of them, so they are functions and not templates; docs/look.md names their attributes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from rounds.web.templatetags import words

BANDS = {
    "hot": ("Hot", "flame", "b-hot"),
    "warm": ("Warm", "thermometer-sun", "b-warm"),
    "cold": ("Cold", "snowflake", "b-cold"),
    "unqualified": ("Unqualified", "circle-minus", "b-unq"),
}
GATES = {
    "met": ("Met", "circle-check", "g-met"),
    "missing": ("Missing", "circle-dashed", "g-missing"),
    "blocked": ("Blocked", "octagon-x", "g-blocked"),
}
SHEETS = {"met": ("Met", "circle-check", "g-met"), "at_risk": ("At risk", "circle-alert", "dim"), "not_met": ("Not met", "circle-x", "dim"),
          "unknown": ("Unknown", "circle-dashed", "dim")}  # fmt: skip
CLOCKS = {"late": "alarm-clock", "soon": "hourglass", "ok": "clock"}
NOTHING = mark_safe("")
SILENT = mark_safe('aria-hidden="true"')


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A lucide icon of the sprite. `size`: "" 16 px, "s" 14 px, "l" 20 px. Silent for readers unless labelled."""
    return _drawn(name, size, format_html('role="img" aria-label="{}"', label) if label else SILENT)


@lru_cache(maxsize=1000)
def _drawn(name: str, size: str, said: SafeString) -> SafeString:
    """A board draws five hundred icons of a dozen kinds."""
    css = f"i i-{size}" if size else "i"
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, said, static("build/icons.svg"), name)


def tag(word: object, css: str = "tag-plain", icon_name: str = "", hint: str = "") -> SafeString:
    """A word on a tint, with its icon."""
    mark = icon(icon_name) if icon_name else NOTHING
    title = format_html(' title="{}"', hint) if hint else NOTHING
    return format_html('<span class="tag {}"{}>{}{}</span>', css, title, mark, word)


def band(value: str | None, provisional: bool = False, why: str = "") -> SafeString:
    """The band's word with its icon; dashed while provisional, `why` said on hover ("Fit A, 47 of 75 known")."""
    if value not in BANDS:
        return format_html('<span class="dim">{}</span>', "Not scored")
    word, mark, css = BANDS[value]
    if not provisional:
        return tag(word, css, mark, why)
    said = format_html('{}<span class="sr-only">, provisional</span>', word)
    return tag(said, f"{css} prov", mark, f"Provisional: {why}" if why else "Provisional")


def tier(value: object, provisional: bool = False) -> SafeString:
    """Tier 1 to 3 in depth of the accent, with its numeral; 0 is "No tier", None is "Not tiered"."""
    if value is None or value == "":
        return format_html('<span class="tier tier-0">{}</span>', "Not tiered")
    level = int(str(value))
    css = f"tier tier-{level}" + (" tier-prov" if provisional and level else "")
    more = mark_safe('<span class="sr-only">, provisional</span>') if provisional and level else NOTHING
    return format_html('<span class="{}">{}{}</span>', css, f"Tier {level}" if level else "No tier", more)


def grade(letter: str | None, size: str = "") -> SafeString:
    """Fit A to D as a tile; never merged with the band. An unknown fit is a dash with words."""
    if not letter:
        return format_html('<span class="grade" role="img" aria-label="{}">?</span>', "Fit unknown")
    css = f"grade grade-{letter}" + (f" grade-{size}" if size else "")
    return format_html('<span class="{}" role="img" aria-label="Fit {}">{}</span>', css, letter, letter)


def _clamped(value: object, top: float = 100.0) -> float:
    try:
        return min(max(float(value), 0.0), top)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0


def _short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def spread(today: object, low: object, high: object, cuts: str = "40,60,80", size: str = "") -> SafeString:
    """The range bar of 0 to 100: a line at `today`, a band from `low` to `high`, gaps at the band floors."""
    at, first, last = _clamped(today), _clamped(low), _clamped(high)
    wide = size == "l"
    gap, line = (0.35, 0.6) if wide else (1, 1.8)
    gaps = format_html_join(
        "",
        '<rect class="cut" x="{}" y="3" width="{}" height="4"/>',
        ((_short(_clamped(c)), gap) for c in str(cuts).split(",") if c.strip()),
    )
    left = min(max(at - line / 2, 0), 100 - line)
    return format_html(
        '<svg class="{}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" y="3" width="100" height="4"/>'
        '<rect class="span" x="{}" y="3" width="{}" height="4"/>{}'
        '<rect class="at" x="{}" width="{}" height="10"/></svg>',
        "spread spread-l" if wide else "spread",
        f"{words.number(at)} of 100 today, between {words.number(first)} and {words.number(last)}"
        " once everything is known",
        _short(first), _short(max(last - first, 0.8)), gaps, _short(left), line,
    )  # fmt: skip


def score(today: object, low: object = None, high: object = None, cuts: str = "40,60,80") -> SafeString:
    """The score chip: total and range bar; "Not scored" without a total."""
    if today is None or today == "":
        return format_html('<span class="dim">{}</span>', "Not scored")
    low, high = (today if low is None else low), (today if high is None else high)
    return format_html('<span class="score"><b>{}</b>{}</span>', words.number(today), spread(today, low, high, cuts))


def known(percent: object, only_ring: bool = False) -> SafeString:
    """The completeness ring (0 to 100) and its figure; grey on purpose: completeness is neither good nor bad."""
    share = _clamped(percent)
    ring = format_html(
        '<svg class="known" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/>'
        '<circle class="v" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>',
        _short(share),
    )
    if only_ring:
        return ring
    return format_html(
        '<span class="conf" title="Completeness: {} of 100 points rest on known answers">{}{}</span>',
        words.number(percent), ring, words.percent(percent),
    )  # fmt: skip


def bar(value: object, of: object = 100, tone: str = "v") -> SafeString:
    """A share as a bar. Tones: v, v2, u (depths of the accent), g (grey), ok, warn, bad."""
    whole = _clamped(of, 1e18) or 1.0
    return format_html(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6"/><rect class="{}" width="{}" height="6"/></svg>',
        tone, _short(_clamped(value, whole) / whole * 100),
    )  # fmt: skip


def gate(state: str, word: str = "") -> SafeString:
    """Met, missing or blocked, with its own icon; `word` says it more exactly ("61 % of 70 %")."""
    said, mark, css = GATES[state]
    return tag(word or said, css, mark)


def bant_word(state: str) -> SafeString:
    """What a qualification sheet comes to, with its own icon."""
    said, mark, css = SHEETS.get(state, SHEETS["unknown"])
    return format_html('<span class="inline-flex items-center gap-1 {}">{}{}</span>', css, icon(mark, "s"), said)


def due(at: datetime | None, now: datetime, soon: timedelta = timedelta(hours=8), tinted: bool = False) -> SafeString:
    """A service clock: "3 days" (grey), "2 h left" (amber, within `soon`), "38 min late" (red)."""
    if at is None:
        return format_html('<span class="dim">{}</span>', "No clock")
    span = at - now
    state = "late" if span < timedelta(0) else "soon" if span <= soon else "ok"
    said = words.length(span) + {"late": " late", "soon": " left", "ok": ""}[state]
    css = f"tag s-{state}" if tinted else f"clk clk-{state}"
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}{}</time>',
        css, at.isoformat(), words.moment(at, now.date()), icon(CLOCKS[state]), said,
    )  # fmt: skip


def avatar(name: str | None, size: str = "") -> SafeString:
    """Initials in a round; a dashed round with words when nobody owns it."""
    big = " av-l" if size == "l" else ""
    if not name:
        return format_html(
            '<span class="av av-none{}" role="img" aria-label="No owner" title="No owner">{}</span>',
            big,
            icon("user", "s"),
        )
    return format_html(
        '<span class="av{}" role="img" aria-label="{}" title="{}">{}</span>', big, name, name, words.initials(name)
    )
