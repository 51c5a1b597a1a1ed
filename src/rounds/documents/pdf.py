"""PDF: a finished HTML document on paper."""

from __future__ import annotations

from rounds.kit.refusal import Refusal


class NoPaper(Refusal):
    """PDFs need the Pango library, which this machine lacks. Install it (Debian: apt-get install libpango-1.0-0
    libpangoft2-1.0-0) or print the page from the browser."""

    status = 503


def pdf(html: str) -> bytes:
    """`html` (a whole document with its own style) as a PDF. Nothing is fetched: an address in it draws nothing.

    Raises NoPaper where the system's text library cannot be loaded.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (OSError, ImportError) as error:
        raise NoPaper(" ".join((NoPaper.__doc__ or "").split())) from error

    # `data` alone: pictures a document carries in itself; no protocol that leaves it or reads the disk.
    return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",), allow_redirects=False)).write_pdf()
