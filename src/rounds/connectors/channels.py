"""Channels: what Slack, Teams and other programs are told, in the form each of them takes, and what their answers mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpcore

from rounds.connectors import outbound
from rounds.connectors.addresses import AddressRefused
from rounds.connectors.outcomes import Later, Never, Unsure
from rounds.kit import webhooks

TRY_AGAIN = (408, 425, 429)
CAPS = outbound.Caps(connect=5.0, silence=8.0, whole=10.0, sent=64 * 1024, unpacked=64 * 1024, hops=0)
"""Of an answer nothing is used but its status: it may be small and must come soon."""
LONGEST = 2800
"""Characters of a text in Slack, of 3,000 it takes."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message to one address. `secret` signs it where a program reads it."""

    kind: str
    url: str
    key: str
    said: Mapping[str, Any]
    at: datetime
    secret: str = ""


def send(post: Post, *, allow_hosts: frozenset[str] = frozenset(), caps: outbound.Caps = CAPS) -> None:
    """Tell one address. Raises Later, Never or Unsure.

    Slack and Teams know no keys: what may have arrived is not said to them again. A program is given the key with every
    try (`Idempotency-Key`), so that one more try of the same does no harm.
    """
    body = json.dumps(FORMS[post.kind](post), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if post.kind == "webhook":
        headers |= {"Idempotency-Key": post.key, "Rounds-Event": str(post.said.get("event", ""))}
        headers[webhooks.HEADER] = webhooks.signed(body, [post.secret.encode()], at=post.at)
    try:
        answer = outbound.fetch("POST", post.url, headers=headers, body=body, allow_hosts=allow_hosts, caps=caps)
    except AddressRefused as refused:
        raise Never(str(refused)) from refused
    except outbound.TooSlow as slow:
        never_there = isinstance(slow.__cause__, httpcore.ConnectTimeout)
        raise _broken(post, slow, there=not never_there, silent=True) from slow
    except outbound.PeerFailed as failed:
        raise _broken(post, failed, there=not isinstance(failed.__cause__, httpcore.ConnectError)) from failed
    _weigh(answer)


def _broken(post: Post, fault: Exception, *, there: bool, silent: bool = False) -> Exception:
    if there and post.kind != "webhook":
        return Unsure(f"{fault} It may have arrived.")
    return Later(str(fault), side=True, silent=silent)


def _weigh(answer: outbound.Answer) -> None:
    if 200 <= answer.status < 300:
        return
    if answer.status in TRY_AGAIN or answer.status >= 500:
        raise Later(f"The other side cannot take it now ({answer.status}).", side=True, header=answer.headers.get("retry-after", ""))
    where = " It leads elsewhere; give the address it leads to." if 300 <= answer.status < 400 else ""
    raise Never(f"The other side refused it ({answer.status}).{where}")


def _slack(post: Post) -> dict[str, Any]:
    """Blocks for people, `text` for notifications. Of what others wrote the three signs Slack reads are escaped."""
    said = post.said
    lines = [_slack_text(line) for line in said.get("lines", ())]
    lines += [f"• <{_slack_text(url)}|{_slack_text(words)}>" for words, url in said.get("items", ())]
    links = "  ·  ".join(f"<{_slack_text(one['url'])}|{_slack_text(one['words'])}>" for one in said.get("buttons", ()))
    parts = [f"*{_slack_text(said['subject'])}*\n" + "\n".join(lines), links]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": part[:LONGEST]}} for part in parts if part]
    return {"text": _slack_text(said["subject"]), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")


def _teams(post: Post) -> dict[str, Any]:
    """What a Teams workflow ("When a Teams webhook request is received") takes: a message with an Adaptive Card."""
    said = post.said
    body = [{"type": "TextBlock", "text": _teams_text(said["subject"]), "weight": "Bolder", "size": "Medium", "wrap": True}]
    lines = [*said.get("lines", ()), *(words for words, _ in said.get("items", ()))]
    body += [{"type": "TextBlock", "text": _teams_text(line), "wrap": True} for line in lines]
    acts = [{"type": "Action.OpenUrl", "title": one["words"], "url": one["url"]} for one in said.get("buttons", ())]
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": body, "actions": acts}  # fmt: skip
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _teams_text(text: str) -> str:
    """A card reads a little Markdown: what others wrote stays what it is."""
    return re.sub(r"([\\\[\]()*_~`#<>])", r"\\\1", text)


def _plain(post: Post) -> dict[str, Any]:
    said = post.said
    links = [{"words": words, "url": url} for words, url in said.get("items", ())] + list(said.get("buttons", ()))
    more = {"data": said["data"]} if "data" in said else {}
    return {"id": post.key, "event": said.get("event", ""), "at": post.at.isoformat(), "title": said["subject"],
            "lines": list(said.get("lines", ())), "links": links, **more}  # fmt: skip


FORMS = {"slack": _slack, "teams": _teams, "webhook": _plain}
