"""Small peers on loopback that speak the calls of Microsoft Graph and Gmail that are used: log-in with PKCE, tokens that run out, delta
links, history ids, pages; they refuse what the real ones refuse."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from tests.calendar_peers import CalendarPeer

CLIENT, SECRET = "rounds", "known there"


class Peer:
    """Mails by id, in the order they came; `links` counts the state of each folder. `access`: the one token that is good now."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.base = ""
        self.mails: dict[str, dict[str, object]] = {}
        self.access, self.refresh, self.given = "first", "again and again", 0
        self.challenges: dict[str, str] = {}
        self.bodies: list[str] = []
        self.busy = 0
        self.calendar = CalendarPeer()
        self.scope = ""
        """What the person agreed to."""
        self.forgotten = False
        """Whether the place one read up to is too long ago for the peer to remember."""

    def put(self, raw: bytes, folder: str = "inbox") -> str:
        key = f"m{len(self.mails) + 1}="
        self.mails[key] = {"raw": raw, "folder": folder}
        return key

    def agree(self, url: str) -> tuple[str, str]:
        """What a person who agrees comes back with: (code, state)."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert said["code_challenge_method"] == "S256"
        assert said["client_id"] == CLIENT
        self.scope = said["scope"]
        code = f"code{len(self.challenges)}"
        self.challenges[code] = said["code_challenge"]
        return code, said["state"]

    def token(self, said: dict[str, str]) -> tuple[int, object]:
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if said.get("grant_type") == "authorization_code":
            proof = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
            if self.challenges.pop(said.get("code", ""), None) != proof:
                return 400, {"error": "invalid_grant"}
        elif said.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant"}
        self.given += 1
        self.access = f"token {self.given}"
        return 200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 3600}

    def graph(self, path: str, asked: dict[str, str], most: int) -> tuple[int, object]:
        parts = path.strip("/").split("/")
        if parts == ["v1.0", "me"]:
            return 200, {"mail": self.address}
        if parts[2] == "mailFolders":
            if self.forgotten and "at" in asked:
                self.forgotten = False
                return 410, {"error": {"code": "syncStateNotFound"}}
            keys = [key for key, one in self.mails.items() if one["folder"] == parts[3]]
            at = int(asked.get("at", 0))
            link = f"{self.base}{path}?at="
            page = {"value": [self._row(key) for key in keys[at : at + most]]}
            more = at + most < len(keys)
            return 200, page | {"@odata.nextLink" if more else "@odata.deltaLink": f"{link}{min(at + most, len(keys))}"}
        return self._whole(unquote(parts[3]))

    def _row(self, key: str) -> dict[str, object]:
        one = self.mails[key]
        said = message_from_bytes(one["raw"])
        row: dict[str, object] = {"id": key, "internetMessageId": said["Message-ID"], "subject": said["Subject"], "isDraft": False, "sentDateTime": "2026-03-02T15:00:00Z"}
        if one["folder"] == "inbox":
            row["internetMessageHeaders"] = [{"name": name, "value": value} for name, value in said.items()]
        for name, field in (("from", "From"), ("toRecipients", "To")):
            shown, _, address = said[field].rpartition(" ")
            found = {"emailAddress": {"name": shown, "address": address.strip("<>")}}
            row[name] = found if name == "from" else [found]
        return row

    def _whole(self, key: str) -> tuple[int, object]:
        if key not in self.mails:
            return 404, {}
        self.bodies.append(key)
        return 200, self.mails[key]["raw"]

    def gmail(self, path: str, asked: dict[str, str], most: int) -> tuple[int, object]:
        parts, keys = path.strip("/").split("/")[4:], list(self.mails)
        if parts == ["profile"]:
            return 200, {"emailAddress": self.address, "historyId": str(len(keys))}
        if parts == ["messages"]:
            at = int(asked.get("pageToken", 0))
            more = {"nextPageToken": str(at + most)} if at + most < len(keys) else {}
            return 200, {"messages": [{"id": key} for key in keys[at : at + most]]} | more
        if parts == ["history"]:
            if self.forgotten:
                self.forgotten = False
                return 404, {"error": {"code": 404}}
            new = keys[int(asked["startHistoryId"]) :]
            return 200, {"history": [{"messagesAdded": [{"message": {"id": key}} for key in new]}] if new else [], "historyId": str(len(keys))}
        key = unquote(parts[1])
        if key not in self.mails:
            return 404, {}
        raw = self.mails[key]["raw"]
        if asked["format"] == "raw":
            self.bodies.append(key)
            return 200, {"raw": base64.urlsafe_b64encode(raw).decode().rstrip("=")}
        labels = ["SENT"] if self.mails[key]["folder"] == "sentitems" else ["INBOX"]
        return 200, {"labelIds": labels, "payload": {"headers": [{"name": n, "value": v} for n, v in message_from_bytes(raw).items()]}}


class _Talk(BaseHTTPRequestHandler):
    peer: Peer

    def do_POST(self) -> None:
        if not urlsplit(self.path).path.endswith("/token"):
            return self._calendar()
        said = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        return self._say(*self.peer.token({name: values[0] for name, values in said.items()}))

    def do_PUT(self) -> None:
        self._calendar()

    def do_PATCH(self) -> None:
        self._calendar()

    def do_DELETE(self) -> None:
        self._calendar()

    def _calendar(self) -> None:
        """What is asked of the calendar, by somebody who may."""
        if self.headers.get("authorization") != f"Bearer {self.peer.access}":
            return self._say(401, {})
        if "alendar" not in self.peer.scope:
            return self._say(403, {"error": {"code": 403, "message": "insufficient scope"}})
        at, length = urlsplit(self.path), int(self.headers.get("content-length") or 0)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        said = json.loads(self.rfile.read(length)) if length else {}
        there = self.peer.calendar.graph if at.path.startswith("/v1.0") else self.peer.calendar.google
        return self._say(*there(self.command, at.path.strip("/").split("/"), asked, said, self.headers.get("prefer", "")))

    def do_GET(self) -> None:
        if re.match(r"/v1.0/me/(calendarView|events)", self.path):
            return self._calendar()
        if self.headers.get("authorization") != f"Bearer {self.peer.access}":
            return self._say(401, {})
        if self.peer.busy:
            self.peer.busy -= 1
            return self._say(429, {})
        at = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        prefer = self.headers.get("prefer", "").rpartition("=")[2]
        most = int(prefer or asked.get("maxResults") or 10)
        return self._say(*(self.peer.graph if at.path.startswith("/v1.0") else self.peer.gmail)(at.path, asked, most))

    def _say(self, status: int, body: object) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status == 204:
            return self.end_headers()
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        return None

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def provider_peer(address: str = "olivia@northwind-rounds.example") -> Iterator[Peer]:
    """A provider for the block."""
    peer = Peer(address)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Talk", (_Talk,), {"peer": peer})) as server:
        peer.base = peer.calendar.base = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield peer
        finally:
            server.shutdown()


def known_to(peer: Peer, config):
    """The deployment's settings, with us known to the peer as Microsoft and as Google."""
    return config.model_copy(update={
        "outbound_allow": [peer.base.removeprefix("http://")], "microsoft_client_id": CLIENT, "microsoft_client_secret": SECRET, "google_client_id": CLIENT,
        "google_client_secret": SECRET, "microsoft_login": peer.base, "microsoft_api": peer.base, "google_login": peer.base, "google_tokens": peer.base,
        "google_api": peer.base, "google_calendars": peer.base})  # fmt: skip
