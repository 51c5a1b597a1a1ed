"""What strangers wrote, shown: words and their shape are left, and nothing that acts, loads or hides."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rounds.documents.names import attachment, file_name
from rounds.documents.safe_html import ATTRIBUTES, TAGS, mail_address, safe, web_address, words

PAYLOADS = yaml.safe_load(Path(__file__).with_name("payloads.yaml").read_text())


class Parts(HTMLParser):
    """The tags and attributes a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, given):
        self.found.append((tag, {name: value or "" for name, value in given}))


def check(html: str) -> None:
    for tag, said in Parts(html).found:
        assert tag in TAGS, html
        extra = {"rel", "target"} if tag == "a" else set()
        assert set(said) <= ATTRIBUTES.get(tag, set()) | extra, html
        if "href" in said:
            assert said["href"].lower().startswith(("https:", "http:", "mailto:", "tel:")), html
        if tag == "a":
            assert said["rel"] == "noopener noreferrer nofollow"
            assert said["target"] == "_blank"


@pytest.mark.req("SEC-05")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_acts_is_left(payload):
    cleaned = safe(f"before {payload} after")
    check(cleaned)
    assert safe(cleaned) == cleaned, "cleaning twice changes nothing more"
    assert cleaned.startswith("before")


def test_the_table_is_long():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 65


@given(st.lists(st.sampled_from([*PAYLOADS, "<b>", "</b>", "<table>", "<td>", "</svg>", "<style>", "</style>", "<!--", "-->", "<p", ">", "\0", "&"]), max_size=6))
def test_payloads_put_together_are_harmless_too(parts):
    check(safe("".join(parts)))


def test_words_and_their_shape_are_left():
    said = '<p>Dear <b>Ann</b>,<br>see <a href="https://x.example/?a=1&amp;b=2">this</a>.</p><ul><li>one</li></ul><table><tr><td colspan="2">x</td></tr></table>'
    kept = safe(said)
    for part in ("<p>Dear <b>Ann</b>,<br>", 'href="https://x.example/?a=1&amp;b=2"', "<li>one</li>", 'colspan="2"'):
        assert part in kept
    assert words(said) == "Dear Ann,\nsee this.\none\nx"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_words_alone_hold_no_tag_that_was_one(payload):
    assert "alert" not in words("<script>alert(1)</script>")
    assert not any(tag in TAGS for tag, _ in Parts(words(f"<b>{payload.replace('&lt;', '')}</b>")).found if "&lt;" not in payload)


@pytest.mark.parametrize(("said", "link"), [
    ("northwind.example", "https://northwind.example"), ("https://a.example/x?y=1", "https://a.example/x?y=1"),
    ("HTTP://a.example", "HTTP://a.example"), ("javascript:alert(1)", ""), ("JAVASCRIPT://a.example/%0aalert(1)", ""),
    ("data:text/html,x", ""), ("https://user:pw@a.example", ""), ("https://a.example\" onclick=\"x", ""), ("//a.example", ""),
    ("https://a.example\n/x", ""), ("", ""), ("https://", ""), ("a b.example", ""), ("vbscript:x.y", ""), ("file:///etc/passwd", ""),
])  # fmt: skip
def test_a_website_is_linked_only_where_it_is_one(said, link):
    assert web_address(said) == link


@pytest.mark.parametrize(("said", "fits"), [
    ("ann.lee+x@house.example", True), ("o'brien@house.example", True), ("ann@house.example?bcc=evil@x.example", False),
    ("ann@house.example\r\nBcc: evil@x.example", False), ("ann@house.example,evil@x.example", False), ("a%0abcc@x.example", False),
    ("\"a\"@x.example", False), ("a@b@c.example", False), ("<a@x.example>", False), ("", False), ("a@x.example&subject=y", False),
])  # fmt: skip
def test_a_mail_address_says_whom_to_write_to_and_no_more(said, fits):
    assert mail_address(said) == (said if fits else "")


@pytest.mark.parametrize(("said", "name"), [
    ("Leads 2026.csv", "Leads 2026.csv"), ("../../etc/passwd", "etc-passwd"), ("C:\\x\\y.csv", "C-x-y.csv"), ("a\r\nSet-Cookie: b", "a Set-Cookie- b"),
    ('x".csv', "x-.csv"), ("con.csv", "_con.csv"), ("...", "file"), ("", "file"), ("a\u202egnp.exe", "a gnp.exe"), ("x;y=z", "x-y=z"), ("\0", "file"),
])  # fmt: skip
def test_a_file_name_is_a_name(said, name):
    assert file_name(said) == name


@given(st.text(max_size=300))
def test_a_file_name_never_breaks_its_header(said):
    header = attachment(said)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert not file_name(said).startswith((".", "/", "\\"))


def test_letters_of_all_languages_arrive():
    assert attachment("Zürich.csv") == "attachment; filename=\"Zurich.csv\"; filename*=UTF-8''Z%C3%BCrich.csv"
    assert attachment("病院.csv").startswith('attachment; filename="csv"; filename*=UTF-8')
