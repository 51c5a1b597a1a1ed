"""A proposal as one HTML document: plain blocks in, nothing fetched, everything escaped (PRICE-07)."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from typing import Any

STYLE = """
@page { size: Letter; margin: 18mm 18mm 16mm; @bottom-right { content: counter(page) " of " counter(pages); font: 7.5pt sans-serif; color: #5f6b70 } }
* { box-sizing: border-box } body { font: 10pt/1.45 Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #141a1d; margin: 0 auto; max-width: 46rem }
h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 2mm; letter-spacing: -.01em } h2 { font-size: 13pt; margin: 0 0 3mm; color: #0b5766 } h3 { font-size: 10pt; margin: 0 0 1mm }
p { margin: 0 0 1.5mm } header { padding: 0 0 8mm; border-bottom: .8pt solid #0b6272; margin-bottom: 7mm } .dim { color: #5f6b70 }
section { margin-bottom: 8mm } article { break-inside: avoid; margin-bottom: 4mm } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
td, th { text-align: left; padding: 1mm 3mm 1mm 0; vertical-align: top; font-weight: 400; border-bottom: .4pt solid #e4e9ea } th { color: #475358; font-size: 8.5pt }
td.r, th.r { text-align: right; padding-right: 0; padding-left: 3mm; white-space: nowrap } tr.total td { font-weight: 600 } ul { margin: 0; padding-left: 5mm }
footer { color: #5f6b70; font-size: 7.5pt; border-top: .4pt solid #d2d9db; padding-top: 2mm } .draft { color: #8a5a00; font-weight: 600 }
"""


def html(title: str, account: str, sections: list[dict[str, Any]], *, version: int, expires: date, content_hash: str, made: datetime, draft: bool = False) -> str:
    """The whole document. Items nothing was written for are left out; a draft says that it is one."""
    body = "".join(_section(section) for section in sections)
    mark = '<p class="draft">Draft, not sent</p>' if draft else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_e(title)}</title><style>{STYLE}</style></head><body>'
        f'<header>{mark}<h1>{_e(title)}</h1><p class="dim">For {_e(account)} · version {version} · stands until {expires:%-d %B %Y}</p></header>{body}'
        f"<footer>Content {_e(content_hash[:16])}, made {made:%-d %B %Y %H:%M} UTC. The same words have the same number.</footer></body></html>"
    )


def _section(section: dict[str, Any]) -> str:
    items = "".join(f"<article><h3>{_e(item['title'])}</h3>{''.join(map(_block, item['blocks']))}</article>" for item in section["items"] if item["blocks"])
    return f"<section><h2>{_e(section['title'])}</h2>{items}</section>" if items else ""


def _block(block: dict[str, Any]) -> str:
    if "text" in block:
        return f"<p>{_e(block['text'])}</p>"
    if "list" in block:
        return "<ul>" + "".join(f"<li>{_e(line)}</li>" for line in block["list"]) + "</ul>"
    if "rows" in block:
        rows = "".join(f'<tr{_total(label)}><td>{_e(label)}</td><td class="r">{_e(value)}</td></tr>' for label, value in block["rows"])
        return f"<table>{rows}</table>"
    table = block["table"]
    head = "".join(f"<th{_right(place)}>{_e(word)}</th>" for place, word in enumerate(table["head"]))
    rows = "".join("<tr>" + "".join(f"<td{_right(place)}>{_e(cell)}</td>" for place, cell in enumerate(row)) + "</tr>" for row in table["rows"])
    return f"<table><tr>{head}</tr>{rows}</table>"


def _right(place: int) -> str:
    return ' class="r"' if place else ""


def _total(label: str) -> str:
    return ' class="total"' if label == "Total" else ""


def _e(text: object) -> str:
    return escape(str(text), quote=True)
