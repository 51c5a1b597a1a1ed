"""PDF: a finished HTML document on paper."""

from __future__ import annotations


def pdf(html: str) -> bytes:
    """`html` (a whole document with its own style) as a PDF. Nothing is fetched: addresses in it are refused."""
    from weasyprint import HTML

    return HTML(string=html, url_fetcher=_nothing).write_pdf()


def _nothing(url: str, *args: object, **more: object) -> dict:
    raise ValueError(f"A document of ours fetches nothing, least of all {url[:80]}.")
