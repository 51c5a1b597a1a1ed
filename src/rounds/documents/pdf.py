"""PDF: a finished HTML document on paper."""

from __future__ import annotations


def pdf(html: str) -> bytes:
    """`html` (a whole document with its own style) as a PDF. Nothing is fetched: an address in it draws nothing."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # `data` alone: pictures a document carries in itself; no protocol that leaves it or reads the disk.
    return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",), allow_redirects=False)).write_pdf()
