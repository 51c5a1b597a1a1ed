"""Slack, Teams and programs are told in their own forms, signed where it helps, and never twice what they cannot know."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rounds.connectors import channels
from rounds.connectors.channels import Post
from rounds.connectors.outbound import Caps
from rounds.connectors.outcomes import Later, Never, Unsure
from rounds.kit import webhooks

pytestmark = pytest.mark.req("AUTO-12", "PLUS-32")
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "s" * 43
SAID = {"subject": "A lead at <Meridian> & Co", "lines": ["*Rosa* [asks](http://evil.example) for a demo"], "items": [],
        "buttons": [{"words": "Accept this lead", "url": "https://rounds.example/act/abc/"}], "event": "lead.assigned"}  # fmt: skip
SOON = Caps(connect=1, silence=1, whole=1, hops=0)


@pytest.fixture
def peer():
    """A receiver on loopback: `answers` is what it says (a status, headers; "hang", "drop"), `got` what it was told."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = self.server.answers
            if status == "hang":
                self.server.free.wait(5)
            if status in ("hang", "drop"):
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers, server.free = [], (200, {}), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.free.set()
    server.shutdown()
    server.server_close()


def send(peer, kind, **said):
    port = peer.server_address[1]
    post = Post(kind, f"http://127.0.0.1:{port}/hook", "key-1", SAID, AT, SECRET)
    channels.send(post, allow_hosts=frozenset({f"127.0.0.1:{port}"}), caps=SOON)
    return json.loads(peer.got[-1][1])


class TestForms:
    def test_slack_reads_blocks_and_nothing_others_wrote_is_a_link(self, peer):
        said = send(peer, "slack")
        assert said["text"] == "A lead at &lt;Meridian&gt; &amp; Co"
        assert said["blocks"][0]["type"] == "section"
        assert said["blocks"][-1]["text"]["text"] == "<https://rounds.example/act/abc/|Accept this lead>"
        assert said["unfurl_links"] is False

    def test_teams_reads_a_message_with_an_adaptive_card(self, peer):
        said = send(peer, "teams")
        (one,) = said["attachments"]
        assert (said["type"], one["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
        assert one["content"]["type"] == "AdaptiveCard"
        assert one["content"]["actions"] == [{"type": "Action.OpenUrl", "title": "Accept this lead", "url": "https://rounds.example/act/abc/"}]
        assert one["content"]["body"][1]["text"].startswith("\\*Rosa\\* \\[asks\\]")

    def test_a_program_gets_plain_data_a_key_and_a_signature(self, peer):
        said = send(peer, "webhook")
        headers, body = peer.got[-1]
        assert (said["id"], said["event"], said["title"]) == ("key-1", "lead.assigned", SAID["subject"])
        assert headers["idempotency-key"] == "key-1"
        assert webhooks.verified(body, headers[webhooks.HEADER.lower()], [SECRET.encode()], at=AT)
        assert not webhooks.verified(body + b" ", headers[webhooks.HEADER.lower()], [SECRET.encode()], at=AT)


class TestAnswers:
    @pytest.mark.parametrize("status", [408, 429, 500, 503])
    def test_not_now_is_later(self, peer, status):
        peer.answers = (status, {"Retry-After": "120"})
        with pytest.raises(Later) as said:
            send(peer, "slack")
        assert said.value.header == "120"

    @pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 410])
    def test_no_is_never_and_no_redirect_is_followed(self, peer, status):
        peer.answers = (status, {"Location": "http://169.254.169.254/latest/"})
        with pytest.raises(Never):
            send(peer, "slack")
        assert len(peer.got) == 1

    @pytest.mark.parametrize("how", ["hang", "drop"])
    def test_what_may_have_arrived_is_said_again_to_programs_alone(self, peer, how):
        peer.answers = (how, {})
        with pytest.raises(Unsure):
            send(peer, "slack")
        with pytest.raises(Later):
            send(peer, "webhook")

    def test_who_is_not_there_was_told_nothing(self):
        post = Post("slack", "http://127.0.0.1:1/x", "k", SAID, AT)
        with pytest.raises(Later):
            channels.send(post, allow_hosts=frozenset({"127.0.0.1:1"}), caps=SOON)

    @pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://169.254.169.254/x", "http://[::1]:80/x", "https://10.0.0.8/x"])
    def test_our_own_network_is_not_spoken_to(self, url):
        with pytest.raises(Never):
            channels.send(Post("slack", url, "k", SAID, AT))
