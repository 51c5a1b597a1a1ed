"""The pre-call brief: one printable page about an account, every figure with its source (PLUS-11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from html import escape


@dataclass(frozen=True)
class Figure:
    """One line: what, the value in words ("" = unknown), whence, and a mark such as "est." or "92 % sure"."""

    label: str
    value: str
    source: str
    mark: str = ""


@dataclass(frozen=True)
class Margins:
    """Total margin here (ratio, None unknown), its trend, and the nearest peers' margins, lowest first."""

    here: float | None
    trend: float | None
    peers: tuple[float, ...] = ()
    source: str = ""
    like: str = ""

    @property
    def middle(self) -> float | None:
        """The median of the peers."""
        if not self.peers:
            return None
        n = len(self.peers)
        return (self.peers[(n - 1) // 2] + self.peers[n // 2]) / 2


@dataclass(frozen=True)
class Brief:
    """Everything on the page, in words. `key` names the file; `scope` is the hash of who could see what is in it."""

    key: str
    name: str
    place: str
    why_now: str
    why_source: str
    verdict: list[Figure]
    figures: list[Figure]
    margins: Margins
    committee: list[tuple[str, str]]
    gaps: str
    questions: list[tuple[str, str, str]]
    hospitals: list[tuple[str, str, str]]
    points: list[str]
    made_at: datetime
    made_for: str
    playbook: str
    scope: str
    notes: list[str] = field(default_factory=list)


STYLE = """
@page { size: Letter; margin: 13mm 14mm 12mm }
* { box-sizing: border-box } body { font: 8.6pt/1.38 Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #141a1d; margin: 0 }
h1 { font-size: 17pt; line-height: 1.15; margin: 0; letter-spacing: -.01em } h2 { font-size: 9.5pt; margin: 0 0 1.4mm; }
p { margin: 0 } .dim { color: #5f6b70 } .say { font-size: 11.5pt; line-height: 1.3; margin: 2.6mm 0 3mm }
header { border-bottom: .6pt solid #d2d9db; padding-bottom: 2.4mm } section { padding: 2.4mm 0; border-bottom: .4pt solid #e4e9ea }
.two { display: flex; gap: 8mm } .two > * { flex: 1; min-width: 0 } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .55mm 1.5mm .55mm 0; vertical-align: top; font-weight: 400 } th { color: #475358; white-space: nowrap }
td b { font-weight: 600 } td.s { color: #5f6b70; font-size: 7.4pt; text-align: right; padding-right: 0 }
ul { margin: 0; padding-left: 4mm } footer { color: #5f6b70; font-size: 7pt; padding-top: 2mm } svg { display: block; margin-top: 1mm }
"""


def html(brief: Brief) -> str:
    """The page as a document that needs nothing else: prints on one sheet, opens in any browser."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_e(brief.name)}: brief</title>'
        f"<style>{STYLE}</style></head><body>{body(brief)}</body></html>"
    )


def body(brief: Brief) -> str:
    """The page's inside: header, why now, verdict and figures, margin among peers, people, questions, hospitals."""
    right = _section("Who decides", _pairs(brief.committee) + f'<p class="dim">{_e(brief.gaps)}</p>')
    right += _section("Three best questions", _questions(brief.questions))
    right += _section("Talking points", "<ul>" + "".join(f"<li>{_e(p)}</li>" for p in brief.points) + "</ul>") if brief.points else ""
    left = _section("Fit, score, tier", _figures(brief.verdict)) + _section("Facts", _figures(brief.figures))
    return (
        f"<header><h1>{_e(brief.name)}</h1><p>{_e(brief.place)}</p></header>"
        f'<p class="say">{_e(brief.why_now)}</p><p class="dim">{_e(brief.why_source)}</p>'
        f'<div class="two"><div>{left}</div><div>{right}</div></div>'
        f"{_section('Total margin among the nearest peers', _strip(brief.margins))}"
        f"{_section('Hospitals', _hospitals(brief.hospitals)) if brief.hospitals else ''}"
        f"<footer>Made {brief.made_at:%d %b %Y %H:%M} UTC for {_e(brief.made_for)} by playbook {_e(brief.playbook)}; "
        f"scope {_e(brief.scope)}. {_e(' '.join(brief.notes))}</footer>"
    )


def _e(text: object) -> str:
    return escape(str(text), quote=True)


def signed(ratio: float, unit: str = "%") -> str:
    """+4.1 %, −2.6 %: a ratio in hundredths with a true minus, cut and never rounded up."""
    cut = Decimal(str(ratio * 100)).quantize(Decimal("1e-9")).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{cut:+} {unit}".replace("-", "\u2212")


def _section(heading: str, inside: str) -> str:
    return f"<section><h2>{_e(heading)}</h2>{inside}</section>"


def _figures(rows: list[Figure]) -> str:
    cells = "".join(
        f"<tr><th>{_e(f.label)}</th><td><b>{_e(f.value or 'Unknown')}</b> {_e(f.mark)}</td><td class=s>{_e(f.source)}</td></tr>"
        for f in rows
    )
    return f"<table>{cells}</table>"


def _pairs(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td><b>{_e(a)}</b></td><td>{_e(b)}</td></tr>" for a, b in rows) + "</table>"


def _questions(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(f"<tr><td>{_e(ask)} <span class=dim>{_e(answers)}</span></td><td class=s>{_e(gain)}</td></tr>"
                    for ask, gain, answers in rows)  # fmt: skip
    return f"<table>{cells}</table>" if rows else "<p>Everything the score asks is answered.</p>"


def _hospitals(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(f"<tr><td><b>{_e(name)}</b></td><td>{_e(says)}</td><td class=s>{_e(source)}</td></tr>"
                    for name, says, source in rows)  # fmt: skip
    return f"<table>{cells}</table>"


def _strip(margins: Margins) -> str:
    """A strip of ticks, one a peer, with this account's mark and the middle of the peers."""
    if margins.here is None or not margins.peers:
        return "<p>Unknown: no cost report of their own, or too few peers with one.</p>"
    ends = [*margins.peers, margins.here]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return 6 + 488 * (value - low) / span

    ticks = "".join(f'<line x1="{at(v):.1f}" x2="{at(v):.1f}" y1="8" y2="18" stroke="#93a0a5"/>' for v in margins.peers)
    middle = margins.middle or 0.0
    trend = f", {signed(margins.trend, 'points')} on the year before" if margins.trend is not None else ""
    return (
        f"<p><b>{signed(margins.here)}</b> here{trend}; "
        f"<b>{signed(middle)}</b> in the middle of {len(margins.peers)} peers{_e(margins.like)}. "
        f'<span class="dim">{_e(margins.source)}</span></p>'
        f'<svg width="500" height="26" viewBox="0 0 500 26" role="img" aria-label="Margins of the peers">'
        f'<line x1="6" x2="494" y1="13" y2="13" stroke="#d2d9db"/>{ticks}'
        f'<line x1="{at(middle):.1f}" x2="{at(middle):.1f}" y1="5" y2="21" stroke="#141a1d" stroke-dasharray="2 2"/>'
        f'<circle cx="{at(margins.here):.1f}" cy="13" r="5" fill="#0b6272"/></svg>'
    )
