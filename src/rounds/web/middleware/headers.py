"""Response headers of every answer, whoever made it: page, fragment, API, file, error. Golden file: tests/project/headers.yaml."""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
"""For pages: no page of ours has inline script or style, and nothing comes from elsewhere."""
DATA = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
"""For what is no page (JSON, CSV, workbooks): opened by itself it can do nothing at all."""
PAPER = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
"""For PDFs: the browser's own reader does not open in a sandbox."""
ALWAYS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Rounds",
}
"""`Server` is said so that the web server does not say its own name."""


class HeadersMiddleware:
    """Adds the policy that fits the kind of answer, and keeps everything but static files out of every cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        static = request.path.startswith("/static/") and response.status_code < 400
        response.headers.setdefault("Content-Security-Policy", POLICY if static else policy_of(response))
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if not static:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def policy_of(response) -> str:
    """The content policy that fits what the answer holds."""
    kind = response.headers.get("Content-Type", "text/html").partition(";")[0].strip().lower()
    return POLICY if kind == "text/html" else PAPER if kind == "application/pdf" else DATA
