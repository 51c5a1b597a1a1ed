"""The one way out: strangers' addresses lead nowhere inside, and no peer can hold us, fill us or take what is ours."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rounds.connectors import outbound
from rounds.connectors.addresses import AddressRefused, parsed, unfit
from rounds.connectors.outbound import Caps, PeerFailed, TooLarge, TooSlow, fetch

TABLE = yaml.safe_load(Path(__file__).with_name("addresses.yaml").read_text())


class Asked(Exception):
    """A connection would have been made."""


@pytest.fixture
def no_network(monkeypatch):
    """Connections are noted and not made; whatever is connected to was checked."""
    reached = []

    def connect(self, host, port, *rest):
        reached.append(host)
        raise Asked

    monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", connect)
    return reached


def numbers(host: str, port: int) -> list[str]:
    try:
        return [str(__import__("ipaddress").ip_address(host))]
    except ValueError:
        return TABLE["names"][host]


@pytest.mark.req("SEC-11")
@pytest.mark.parametrize("url", TABLE["refused"])
def test_a_tricky_address_is_not_spoken_to(url, no_network):
    with pytest.raises((AddressRefused, PeerFailed)) as said:
        fetch("GET", url, finder=numbers)
    assert no_network == []
    assert str(said.value).endswith(".")
    assert "secret" not in str(said.value)


@pytest.mark.parametrize("url", TABLE["spoken"])
def test_a_plain_public_address_is_spoken_to(url, no_network):
    with pytest.raises(Asked):
        fetch("GET", url, finder=numbers)
    assert [unfit(number) for number in no_network] == [""]


def test_the_table_is_long():
    assert len(TABLE["refused"]) >= 90
    assert len(TABLE["refused"]) == len(set(TABLE["refused"]))


def test_a_name_is_asked_once_and_the_checked_number_is_spoken_to(no_network):
    """DNS rebinding: a good answer for the check, this machine for the connection. There is no second question."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    with pytest.raises(Asked):
        fetch("GET", "https://rebind.example.com/", finder=lambda host, port: next(answers))
    assert no_network == ["93.184.215.14"]
    assert len(list(answers)) == 2


# ---- a peer on this machine -------------------------------------------------------------------------------------------
class Peer(BaseHTTPRequestHandler):
    """Redirects, floods, bombs, drips."""

    protocol_version = "HTTP/1.1"
    seen: list

    def do_GET(self):
        self.server.seen.append((self.command, self.path, {name.title(): value for name, value in self.headers.items()}))
        going = self.path.removeprefix("/to?")
        if going != self.path:
            return self._say(302, b"", {"Location": going})
        if self.path == "/round":
            return self._say(302, b"", {"Location": "/round"})
        if self.path == "/flood":
            return self._say(200, b"x" * 300_000)
        if self.path == "/bomb":
            return self._say(200, gzip.compress(b"\0" * 30_000_000), {"Content-Encoding": "gzip"})
        if self.path == "/packed":
            return self._say(200, gzip.compress(b"said"), {"Content-Encoding": "gzip"})
        if self.path == "/cut":
            return self._say(200, gzip.compress(b"said" * 9000)[:40], {"Content-Encoding": "gzip"})
        if self.path == "/odd":
            return self._say(200, b"x", {"Content-Encoding": "br"})
        if self.path == "/drip":
            return self._drip()
        if self.path == "/half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return None
        return self._say(200, b"here")

    do_POST = do_GET

    def _drip(self):
        """A byte every tenth of a second, for ever: no single read is ever late."""
        try:
            for _ in range(600):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def _say(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *unused):
        pass


def peer(context: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.daemon_threads = True
    server.seen = []
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def two():
    servers = peer(), peer()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(server, path="/", method="GET", **more):
    named = f"127.0.0.1:{server.server_port}"
    more.setdefault("allow_hosts", {named})
    return fetch(method, f"http://{named}{path}", **more)


def test_an_allowed_peer_is_asked_and_answers(two):
    answer = ask(two[0], "/x?y=1", headers={"Authorization": "Bearer t"})
    assert (answer.status, answer.body) == (200, b"here")
    method, path, headers = two[0].seen[0]
    assert (method, path, headers["Authorization"]) == ("GET", "/x?y=1", "Bearer t")
    assert headers["Host"] == f"127.0.0.1:{two[0].server_port}"
    assert ask(two[0], "/packed").body == b"said"


def test_only_the_port_that_is_allowed(two):
    with pytest.raises(AddressRefused):
        ask(two[1], allow_hosts={f"127.0.0.1:{two[0].server_port}"})
    assert two[1].seen == []


@pytest.mark.parametrize("there", ["http://169.254.169.254/latest/", "https://10.0.0.7/", "file:///etc/passwd", "//[::1]/", "https://localhost/"])
def test_a_redirect_into_a_network_of_ours_is_not_followed(two, there):
    with pytest.raises(AddressRefused):
        ask(two[0], f"/to?{there}")


def test_a_token_never_follows_to_another_origin(two):
    both = {f"127.0.0.1:{server.server_port}" for server in two}
    secret = {"Authorization": "Bearer t", "Cookie": "c=1", "X-Api-Key": "k", "Rounds-Signature": "s", "Accept": "text/csv"}
    ask(two[0], f"/to?http://127.0.0.1:{two[1].server_port}/there", headers=secret, allow_hosts=both)
    headers = two[1].seen[0][2]
    assert not {"Authorization", "Cookie", "X-Api-Key", "Rounds-Signature"} & set(headers)
    assert headers["Accept"] == "text/csv"
    ask(two[0], "/to?/here", headers=secret, allow_hosts=both)
    assert two[0].seen[-1][2]["Authorization"] == "Bearer t", "the same origin is still home"


def test_a_post_is_not_sent_on(two):
    answer = ask(two[0], "/to?/here", "POST", body=b"{}")
    assert (answer.status, answer.headers["location"]) == (302, "/here")
    assert len(two[0].seen) == 1


@pytest.mark.parametrize(("path", "fault"), [
    ("/round", PeerFailed), ("/flood", TooLarge), ("/bomb", TooLarge), ("/cut", PeerFailed), ("/odd", PeerFailed),
    ("/half", PeerFailed),
])  # fmt: skip
def test_a_bad_peer_costs_a_sentence(two, path, fault):
    with pytest.raises(fault) as said:
        ask(two[0], path, caps=Caps(sent=100_000, unpacked=1_000_000))
    assert str(said.value).endswith(".")


def test_a_peer_that_drips_is_left_when_the_time_is_over(two):
    began = time.monotonic()
    with pytest.raises(TooSlow):
        ask(two[0], "/drip", caps=Caps(whole=1.0))
    assert time.monotonic() - began < 3


def test_a_resolver_that_hangs_is_left_too():
    began = time.monotonic()
    with pytest.raises(TooSlow):
        fetch("GET", "https://slow.example.com/", caps=Caps(whole=0.5), finder=lambda host, port: time.sleep(5) or [])
    assert time.monotonic() - began < 2


def test_a_port_nobody_listens_on():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        named = f"127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(PeerFailed):
        fetch("GET", f"http://{named}/", allow_hosts={named})


@pytest.mark.parametrize("header", [{"X-A": "b\r\nX-C: d"}, {"X-A\r\nB": "c"}, {"Host": "other"}, {"Content-Length": "0"}, {"Transfer-Encoding": "chunked"}])
def test_no_header_breaks_its_line(two, header):
    with pytest.raises(AddressRefused):
        ask(two[0], headers=header)
    assert two[0].seen == []


# ---- certificates -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate of good.example.com and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.example.com")])
    began = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(began).not_valid_after(began + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example.com")]), False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


def test_the_certificate_and_the_host_are_those_of_the_name(certificate):
    """The connection goes to a number; what is proven and asked is the name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = peer(context)
    port = server.server_port
    names = {f"{host}:{port}" for host in ("good.example.com", "other.example.com")}
    asked = {"allow_hosts": names, "finder": lambda host, port: ["127.0.0.1"],
             "trust": ssl.create_default_context(cafile=str(certificate))}  # fmt: skip
    try:
        assert fetch("GET", f"https://good.example.com:{port}/", **asked).status == 200
        assert server.seen[0][2]["Host"] == f"good.example.com:{port}"
        with pytest.raises(PeerFailed):
            fetch("GET", f"https://other.example.com:{port}/", **asked)
        with pytest.raises(PeerFailed):
            fetch("GET", f"https://good.example.com:{port}/", **{**asked, "trust": None})
        with pytest.raises(AddressRefused, match="without encryption"):
            fetch("GET", f"https://good.example.com:{port}/to?http://good.example.com:{port}/", **asked)
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_has_one_plain_form():
    assert parsed("https://GOOD.example.com.:443").url == "https://good.example.com/"
    assert parsed("https://münchen.example.com/ä").url == "https://xn--mnchen-3ya.example.com/%C3%A4"
    assert parsed("http://[::1]:81/", allow=frozenset({"[::1]:81"})).url == "http://[::1]:81/"
