"""Downloads against a server on this machine: resumed, capped, checked at every hop."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rounds.connectors.agencies import AddressRefused, Caps, DownloadRefused, fetch

BODY = b"Facility ID,Facility Name\r\n" + b"010001,ALPHA\r\n" * 40_000


class Agency(BaseHTTPRequestHandler):
    """An agency with a file, a page, a redirect into a private network, and a line that breaks."""

    asked: list = []
    breaks = 0

    def do_GET(self):
        type(self).asked.append((self.path, self.headers.get("Range"), self.headers.get("If-None-Match")))
        if self.path == "/inside":
            return self._send(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"})
        if self.path == "/round":
            return self._send(302, b"", {"Location": "/round"})
        if self.path == "/moved":
            return self._send(302, b"", {"Location": "/file"})
        if self.path == "/page":
            return self._send(200, b"<!DOCTYPE html><html></html>", {})
        if self.path == "/gone":
            return self._send(404, b"", {})
        if self.headers.get("If-None-Match") == '"v1"':
            return self._send(304, b"", {})
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = BODY[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path == "/breaking" and type(self).breaks:
            type(self).breaks -= 1
            body = body[: len(body) // 3]
        self.wfile.write(body)
        return None

    def _send(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass


@pytest.fixture
def agency():
    Agency.asked, Agency.breaks = [], 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Agency)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.req("INTEG-18")
def test_a_file_comes_whole_and_is_not_fetched_again_while_it_is_the_same(agency, tmp_path):
    first = fetch(f"{agency}/moved", tmp_path, "list.download", own_machine=True)
    assert first.path.read_bytes() == BODY
    second = fetch(f"{agency}/file", tmp_path, "list.download", own_machine=True)
    assert (first.fresh, second.fresh) == (True, False)
    assert Agency.asked[-1] == ("/file", None, '"v1"')


def test_a_broken_download_goes_on_where_it_broke(agency, tmp_path):
    Agency.breaks = 2
    done = fetch(f"{agency}/breaking", tmp_path, "list.download", own_machine=True)
    assert done.path.read_bytes() == BODY
    assert [asked[1] is not None for asked in Agency.asked] == [False, True, True]


def test_what_came_of_a_download_that_keeps_breaking_is_kept_for_the_next_time(agency, tmp_path):
    Agency.breaks = 99
    with pytest.raises(DownloadRefused, match="broke off"):
        fetch(f"{agency}/breaking", tmp_path, "list.download", own_machine=True)
    assert not (tmp_path / "list.download").exists()
    Agency.breaks = 0
    assert fetch(f"{agency}/breaking", tmp_path, "list.download", own_machine=True).path.read_bytes() == BODY


@pytest.mark.parametrize(
    ("path", "says"),
    [("/inside", "not encrypted|private"), ("/round", "on and on"), ("/page", "web page"), ("/gone", "404")],
)
def test_what_is_no_file_is_one_sentence(agency, tmp_path, path, says):
    with pytest.raises(DownloadRefused, match=says):
        fetch(agency + path, tmp_path, "list.download", own_machine=True)
    assert not (tmp_path / "list.download").exists()


def test_a_file_beyond_the_cap_is_not_kept(agency, tmp_path):
    with pytest.raises(DownloadRefused, match="larger than"):
        fetch(f"{agency}/file", tmp_path, "list.download", own_machine=True, caps=Caps(file_bytes=1000))
    assert not any(path.stat().st_size > 1000 for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://10.0.0.1/x", "file:///etc/passwd",
        "ftp://files.example/x", "https://user:word@files.example/x", "http://files.example/x", "https://0.0.0.0/x",
        "https://169.254.169.254/latest", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_agencies_are_not_spoken_to(address, tmp_path):
    with pytest.raises(AddressRefused):
        fetch(address, tmp_path, "list.download")


def test_a_name_cannot_lead_out_of_the_folder(agency, tmp_path):
    with pytest.raises(AddressRefused):
        fetch(f"{agency}/file", tmp_path, "../list.download", own_machine=True)
