"""The list of addresses as a plain page of our own: no foreign script, so that the content policy holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rounds API</title></head><body><main>
<h1>Rounds API</h1>
<p>JSON over HTTPS. Send <code>Authorization: Bearer rounds_…</code>; a token is made with <code>rounds user token</code>
and acts for one person within its scopes. The whole contract as OpenAPI: <a href="{openapi}">{openapi}</a>.</p>
<p>Lists take <code>f</code>, <code>or</code>, <code>sort</code>, <code>size</code> and <code>after</code>; follow
<code>next</code> for more. Problems are <code>application/problem+json</code> with a sentence in <code>detail</code>.
A POST with an <code>Idempotency-Key</code> may be sent again safely.</p>
<table><thead><tr><th>Method</th><th>Address</th><th>What it does</th><th>Scope</th></tr></thead>
<tbody>{rows}</tbody></table></main></body></html>"""


class PlainDocs(DocsBase):
    """Every operation in a table."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page."""
        return HttpResponse(format_html(PAGE, openapi="/api/v1/openapi.json", rows=_rows(api)))


def _rows(api: NinjaAPI) -> SafeString:
    paths = api.get_openapi_schema()["paths"]
    found = [
        (method.upper(), path, operation.get("description") or operation.get("summary", ""), operation.get("x-scope", ""))
        for path, methods in sorted(paths.items()) for method, operation in methods.items()
    ]
    return format_html_join("", "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", found)
