"""Mails of ours: one form for all, as text and as simple HTML. Nothing in a message is expanded or read as markup."""

from __future__ import annotations

from html import escape

from rounds.documents.messages import Message

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title></head>"
    '<body style="margin:0;background:#f4f6f6;color:#141a1d;font:15px/1.5 system-ui,-apple-system,Segoe UI,sans-serif">'
    '<div style="max-width:560px;margin:0 auto;padding:24px 16px"><div style="background:#fff;border:1px solid #e4e9ea;'
    'border-radius:10px;padding:24px">{body}</div><div style="color:#5f6b70;font-size:12px;padding:12px 4px">{foot}</div></div></body></html>'
)
BUTTON = "display:inline-block;background:#0b6272;color:#fff;text-decoration:none;padding:9px 16px;border-radius:6px;margin:0 8px 8px 0"
QUIET = "display:inline-block;color:#0b5766;padding:8px 15px;border:1px solid #7f8b90;border-radius:6px;margin:0 8px 8px 0;text-decoration:none"


def text(said: Message, *, company: str) -> str:
    """The mail as plain text."""
    parts = [f"{said.greeting},"] if said.greeting else []
    parts += said.lines
    if said.items:
        parts.append("\n".join(f"- {words}\n  {url}" for words, url in said.items))
    parts += [f"{one.words}:\n{one.url}" for one in said.buttons]
    foot = [company, said.why, f"Change that: {said.change}" if said.change else ""]
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(line for line in foot if line) + "\n"


def html(said: Message, *, company: str) -> str:
    """The mail as HTML: the same words, links instead of addresses."""
    parts = [f"<p>{escape(said.greeting)},</p>"] if said.greeting else []
    parts += [f"<p>{escape(line)}</p>" for line in said.lines]
    if said.items:
        rows = "".join(f'<li style="margin:0 0 6px"><a style="color:#0b5766" href="{_url(url)}">{escape(words)}</a></li>' for words, url in said.items)
        parts.append(f'<ul style="padding-left:18px">{rows}</ul>')
    if said.buttons:
        links = [f'<a style="{BUTTON if n == 0 else QUIET}" href="{_url(one.url)}">{escape(one.words)}</a>' for n, one in enumerate(said.buttons)]
        parts.append(f'<p style="margin-top:20px">{"".join(links)}</p>')
    change = f'<br><a style="color:#0b5766" href="{_url(said.change)}">Change that</a>' if said.change else ""
    foot = f"{escape(company)}<br>{escape(said.why)}{change}"
    return PAGE.format(title=escape(said.subject), body="".join(parts), foot=foot)


def _url(url: str) -> str:
    return escape(url) if url.startswith(("https://", "http://")) else "#"
