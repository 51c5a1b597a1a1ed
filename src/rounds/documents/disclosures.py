"""Who saw an account, on paper: a table of people with first, last, how often and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
@page { size: Letter; margin: 14mm; @bottom-left { content: string(mark); font: 7pt Inter, Arial, sans-serif; color: #5f6b70 }
        @bottom-right { content: counter(page) " / " counter(pages); font: 7pt Inter, Arial, sans-serif; color: #5f6b70 } }
body { font: 9pt/1.4 Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #141a1d; margin: 0 }
h1 { font-size: 17pt; margin: 0 0 1mm } p { margin: 0 0 2mm } .dim { color: #5f6b70 } .mark { string-set: mark content(); font-size: 7pt; color: #5f6b70 }
table { border-collapse: collapse; width: 100%; margin-top: 4mm } th { text-align: left; font-weight: 500; color: #475358; border-bottom: .6pt solid #d2d9db }
td, th { padding: 1.2mm 2mm 1.2mm 0; vertical-align: top } td { border-bottom: .4pt solid #e4e9ea } .r { text-align: right }
"""
HEADS = ("Who", "First", "Last", "Times", "How", "Its people", "Its leads")


@dataclass(frozen=True)
class Paper:
    """What is printed: the account, the days in words, the rows in words, and the mark of who took it."""

    account: str
    days: str
    rows: Sequence[Sequence[str]]
    mark: str


def html(paper: Paper) -> str:
    """The document, complete in itself."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in HEADS)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in paper.rows)
    nobody = "<p>Nobody saw it in this time.</p>" if not paper.rows else f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Who saw {escape(paper.account)}</title>'
        f"<style>{STYLE}</style></head><body><h1>Who saw {escape(paper.account)}</h1><p>{escape(paper.days)}: everybody who read"
        f' the account, its people or its leads, on a page, by the API, in a file or on paper. Times in UTC.</p>{nobody}'
        f'<p class="mark">{escape(paper.mark)}</p></body></html>'
    )
