"""An address somebody gave is a page of ours, or it is not followed."""

from __future__ import annotations

import pytest

from rounds.kit.pages import own_page

pytestmark = pytest.mark.req("SEC-01")
ELSEWHERE = [
    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "//evil.example", "///evil.example", "/leads\\..\\evil", "https:evil", "https:/evil.example",
    "https://evil.example/", "javascript:alert(1)", "evil.example", "@evil.example", "", " /leads/", "/ /evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "\t//evil.example", "/\0/evil.example", "/leads/\x7f", "/leads/\u2028",
    "/%2Fevil.example", "/%5Cevil.example", "/%5cevil.example", "/%09/evil.example", "/%0d%0aSet-Cookie:a", "/%252Fevil.example", "/%255Cevil.example",
    "/%25255Cevil.example", "/" + "a" * 2000,
]  # fmt: skip
OURS = ["/", "/leads/", "/leads/?f=owner.is.me&sort=-score", "/leads/?f=words.has.a%2Fb%5Cc%20d", "/accounts/1/#facts", "/search/?q=Zo%C3%AB+//", "/me/?to=https://a.example"]


@pytest.mark.parametrize("said", ELSEWHERE)
def test_what_a_browser_may_read_as_another_host_is_not_followed(said):
    assert own_page(said) == "/"
    assert own_page(said, "/me/") == "/me/"


@pytest.mark.parametrize("said", OURS)
def test_a_page_of_ours_is_followed_with_its_question(said):
    assert own_page(said) == said
