"""What is kept of a person, for that person: a ZIP with the data and a page one can read."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from html import escape
from typing import Any

from rounds.documents.pdf import NoPaper, pdf

STYLE = """body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:48rem;color:#141a1d}
h1{font-size:1.4rem}h2{font-size:1.05rem;border-top:1px solid #d2d9db;padding-top:1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0}
th{width:12rem;font-weight:500;color:#475358}td{overflow-wrap:anywhere}@page{size:letter;margin:18mm}"""


def archive(said: dict[str, Any], *, company: str) -> bytes:
    """A ZIP: `data.json` (everything), `read-me.html` and, where this machine can draw it, `read-me.pdf`."""
    page = html(said, company=company)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", json.dumps(said, indent=1, default=str, ensure_ascii=False))
        made.writestr("read-me.html", page)
        with contextlib.suppress(NoPaper):
            made.writestr("read-me.pdf", pdf(page))
    return out.getvalue()


def html(said: dict[str, Any], *, company: str) -> str:
    """The same as one page, by itself: no script, nothing fetched."""
    about = said["about"]
    rows = sum(kind["count"] for kind in said["kinds"])
    parts = [f"<h1>What {escape(company)} keeps about you</h1><p>{rows:,} entries, made {escape(about['made_at'][:10])}. "
             f"You asked on {escape(about['asked_on'])}; the answer is due on {escape(about['due_on'])} ({escape(about['law'])}).</p>"]
    if not said["kinds"]:
        parts.append("<p>We keep nothing about you.</p>")
    for kind in said["kinds"]:
        parts.append(f"<h2>{escape(kind['title'])}: {kind['count']:,}</h2>")
        if kind["count"] > len(kind["rows"]):
            parts.append(f"<p>The first {len(kind['rows']):,} are here; ask us for the others.</p>")
        parts += [_table(row) for row in kind["rows"]]
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>What is kept about you</title><style>{STYLE}'
            f"</style></head><body>{''.join(parts)}</body></html>")  # fmt: skip


def _table(row: dict[str, Any]) -> str:
    lines = (f"<tr><th scope=row>{escape(name.replace('_', ' '))}</th><td>{escape(_word(value))}</td></tr>" for name, value in row.items())
    return f"<table>{''.join(lines)}</table>"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
