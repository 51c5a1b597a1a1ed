"""Safe HTML: what strangers wrote (mail, notes with formatting), cut down to words and their shape.

An allow-list, never a list of what is bad: a tag, an attribute or a scheme that is not named here does not exist. Pictures
are left out: one that is fetched tells its sender who reads what, and when. Show the result inside a page of ours; the
content policy stands behind it.
"""

from __future__ import annotations

import re

import nh3

TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr", "i",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul",
})  # fmt: skip
"""h1 and h2 are the page's own."""
EMPTIED = frozenset({
    "applet", "audio", "canvas", "embed", "frame", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
})  # fmt: skip
"""Tags that go with what they hold: their text is no text."""
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
LONGEST = 500_000
"""Characters that are looked at; a mail has fewer."""
_CLEANER = nh3.Cleaner(
    tags=set(TAGS), clean_content_tags=set(EMPTIED), attributes={"*": set(), **{tag: set(names) for tag, names in ATTRIBUTES.items()}},
    url_schemes=set(SCHEMES), url_relative="deny", link_rel="noopener noreferrer nofollow", strip_comments=True,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)  # fmt: skip


def safe(html: str) -> str:
    """`html` with nothing in it that acts, loads or hides. Cleaning twice changes nothing more."""
    return _CLEANER.clean(html[:LONGEST])


def words(html: str) -> str:
    """The text alone, a line for each block: for previews, search and rules."""
    broken = re.sub(r"(?i)<(?:br|/p|/div|/li|/tr|/h[1-6]|/blockquote)\b[^>]{0,200}>", "\n", html[:LONGEST])
    bare = nh3.clean(broken, tags=set(), clean_content_tags=set(EMPTIED))
    text = re.sub(r"&(amp|lt|gt|quot|#39|nbsp);", lambda found: _NAMED[found[1]], bare)
    return re.sub(r"[ \t]*\n\s*", "\n", text).strip()


_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'", "nbsp": " "}


def web_address(said: str) -> str:
    """`said` as an address one may link to, or '' where it is none: a website people typed, never a script."""
    text = said.strip()
    if re.search(r"[\x00-\x20\x7f<>\"'`\\{}|^]", text) or not text:
        return ""
    if "://" not in text and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}(?::\d{1,5})?(?:[/?#].*)?", text):
        return f"https://{text}"
    return text if re.match(r"(?i)https?://[^/@]+(?:[/?#]|$)", text) else ""


def mail_address(said: str) -> str:
    """`said` as what stands after mailto:, or '' where it would say more than whom to write to (?bcc=, line breaks)."""
    text = said.strip()
    return text if re.fullmatch(r"[A-Za-z0-9.!#$'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?", text) else ""
