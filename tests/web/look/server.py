"""A small web server for the sheet of components: no database, the product's own content policy, answers that the
scripts ask for (palette, preview, answers). Every request that changes something is kept in `asked`."""

from __future__ import annotations

import json
import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

import rounds.web
from rounds.web.middleware.headers import POLICY

STATIC = Path(rounds.web.__file__).parent / "static"


def page(path: str, context: dict) -> str:
    """The sheet as the product would draw it at `path`."""
    return get_template("look/components.html").render(context, RequestFactory().get(path))


def fragment(template: str, **context: object) -> str:
    """A fragment that a page would answer."""
    return render_to_string(template, context, RequestFactory().get("/"))


def inline(source: str, **context: object) -> str:
    """A fragment written in place, components included."""
    from django.template import engines
    from django_cotton.compiler_regex import CottonCompiler

    return engines["django"].from_string(CottonCompiler().process(source)).render(context, RequestFactory().get("/"))


def points() -> dict:
    """Three hundred units over the map, seven columns each: x, y, tier, fit, window, territory, name, address."""
    units = []
    for n in range(300):
        x, y = 120 + (n * 37) % 760, 90 + (n * 53) % 380
        units.append(
            [x, y, n % 4, "ABCD"[n % 4], n % 3, ["NE", "SE", "MW", "SW", "W"][n % 5], f"Unit {n}", f"/accounts/{n}/"]
        )
    return {"units": units, "territories": ["NE", "SE", "MW", "SW", "W"]}


class Sheet(BaseHTTPRequestHandler):
    """Answers for the sheet; `server.context` makes the page's context, `server.asked` keeps what was sent."""

    protocol_version = "HTTP/1.1"

    def answer(self, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: the tests look at `asked`."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path.startswith("/static/"):
            file = STATIC / parts.path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "font/woff2"
            return self.answer(file.read_bytes(), kind) if file.is_file() else self.answer("", status=404)
        if parts.path == "/palette/":
            return self.answer(fragment("partials/palette_results.html", groups=palette(asked["q"]), q=asked["q"]))
        if parts.path.endswith("/answers/preview/"):
            said = {"over_2": "Makes 60, Warm and no longer provisional", "1_2": "Makes 56, Cold"}
            return self.answer(inline("<c-then>{{ said }}</c-then>", said=said.get(asked["level"], "Makes 51")))
        if parts.path.endswith("/preview/"):
            return self.answer(inline('<c-panel :heading="name" url="/x/">Why</c-panel>', name=f"Unit {parts.path}"))
        if parts.path.endswith("/facts/budget/"):
            return self.answer(inline('<c-edit-form url="/accounts/1/facts/budget/" label="Budget" value="1–2" />'))
        if parts.path == "/market/points.json":
            return self.answer(json.dumps(points()), "application/json")
        self.answer(page(self.path, self.server.context()))  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        self.server.asked.append((self.path, sent, self.headers.get("X-CSRFToken")))  # type: ignore[attr-defined]
        if self.path.endswith("/answers/"):
            if sent["level"] == ["under_1"]:
                return self.answer(fragment("errors/refusal_fragment.html", refusal="Ask again."), status=409)
            return self.answer(inline('<c-answered undo="/accounts/1/answers/1/undo/">Saved.</c-answered>'))
        if self.path.endswith("/stop/"):
            return self.answer("<h1>Broken</h1>", status=500)
        if self.path.endswith("/undo/"):
            return self.answer(inline('<c-toast text="Taken back" />'))
        self.answer("", status=204)


def palette(q: str) -> list[dict]:
    """Two places for "osp", nothing for "zzz", recent ones for nothing."""
    items = [{"icon": "building-2", "label": "Osprey Sound Health", "meta": "account", "url": "/accounts/9/"},
             {"icon": "inbox", "label": "Ospina, R.", "meta": "lead", "url": "/leads/9/"}]  # fmt: skip
    if q == "zzz":
        return []
    return [{"label": "Go to" if q else "Recent", "items": items}]


class Server(ThreadingHTTPServer):
    """The sheet's server with what was asked of it."""

    daemon_threads = True

    def __init__(self, context) -> None:
        super().__init__(("127.0.0.1", 0), Sheet)
        self.context, self.asked = context, []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
