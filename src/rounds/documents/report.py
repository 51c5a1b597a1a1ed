"""A report on paper: its sections with figures, sentences and tables, and in the foot what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rounds.kit.told import cell, text

STYLE = """
@page { size: Letter; margin: 16mm 14mm; @bottom-left { content: string(mark); font: 7pt Inter, Arial, sans-serif; color: #5f6b70 }
        @bottom-right { content: counter(page) " / " counter(pages); font: 7pt Inter, Arial, sans-serif; color: #5f6b70 } }
body { font: 9pt/1.45 Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #141a1d; margin: 0 }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 1mm } h2 { font-size: 11.5pt; margin: 7mm 0 2mm; break-after: avoid }
p { margin: 0 0 1.4mm } .dim { color: #5f6b70 } .mark { string-set: mark content(); font-size: 7pt; color: #5f6b70; margin-top: 8mm }
.figures { margin: 0 -1.5mm 2mm } .figure { display: inline-block; width: 29%; margin: 1.5mm; vertical-align: top; border-top: .8pt solid #0b6272; padding-top: 1mm; break-inside: avoid }
.figure b { display: block; font-size: 13pt; line-height: 1.25 } .figure span { display: block; font-size: 7.5pt; color: #475358 }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 } thead { display: table-header-group }
th { text-align: left; font-weight: 500; color: #475358; border-bottom: .6pt solid #d2d9db } td { border-bottom: .4pt solid #e4e9ea }
td, th { padding: 1mm 2mm 1mm 0; vertical-align: top } tr { break-inside: avoid } td:not(:first-child):not(:last-child), th { white-space: nowrap }
"""


@dataclass(frozen=True)
class Paper:
    """What is printed: the content (analytics/reports/content.py), the line below the title, and the mark of who took it."""

    content: dict[str, Any]
    about: str
    mark: str


def html(paper: Paper) -> str:
    """The document, complete in itself."""
    title = f"{paper.content['title']}, {paper.content['period']['title']}"
    parts = "".join(_section(one) for one in paper.content["sections"])
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head><body>'
            f'<h1>{escape(paper.content["title"])}</h1><p>{escape(paper.content["period"]["title"])}</p><p class="dim">{escape(paper.about)}</p>{parts}'
            f'<p class="mark">{escape(paper.mark)}</p></body></html>')  # fmt: skip


def _section(one: dict[str, Any]) -> str:
    figures = "".join(_figure(each) for each in one["figures"] if each["value"] is not None)
    said = "".join(f"<p>{escape(text(words))}</p>" for words in one["sentences"])
    return f'<h2>{escape(one["title"])}</h2>{f"""<div class="figures">{figures}</div>""" if figures else ""}{said}{"".join(_table(each) for each in one["tables"])}'


def _figure(one: dict[str, Any]) -> str:
    below = [f"before: {one['was']}"] if one["was"] else []
    below += [f"target: {one['target']} ({one['status']})"] if one["target"] else []
    return f'<div class="figure"><span>{escape(one["title"])}</span><b>{escape(one["says"])}</b><span>{escape(" · ".join(below))}</span></div>'


def _table(one: dict[str, Any]) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in one["heads"])
    body = "".join("<tr>" + _cells(row["cells"]) + "</tr>" for row in one["rows"])
    more = f'<p class="dim">and {one["left_out"]} more</p>' if one["left_out"] else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cells(cells: Sequence[Any]) -> str:
    return "".join(f"<td>{escape(cell(one))}</td>" for one in cells)
