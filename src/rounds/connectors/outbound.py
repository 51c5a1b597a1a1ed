"""The one way out: HTTP to addresses that strangers wrote, and never into our own network.

A name is resolved once, every number it has is checked, and the connection goes to a checked number, so a name that
changes its answer in between (DNS rebinding) wins nothing; certificate and Host keep the name. Each redirect is a new
address and is checked like the first. Time, bytes and unpacked bytes are capped as a whole, not only a read at a time.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpcore

from rounds.connectors.addresses import AddressRefused, parsed, unfit
from rounds.kit.refusal import Refusal

AGENT = "Rounds"
MOVED = (301, 302, 303, 307, 308)
TRAVELS = frozenset({"accept", "accept-language", "user-agent"})
"""Headers that follow a redirect to another origin. Everything else (tokens, cookies, signatures) stays at home."""
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te", "upgrade"})
"""Headers that no caller sets: who sets them decides where a request ends and to whom it goes."""


class PeerFailed(Refusal):
    """The other side did not answer as it should."""

    status = 502


class TooLarge(PeerFailed):
    """The other side sent more than is taken from anybody."""


class TooSlow(PeerFailed):
    """The other side took too long."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Seconds to connect, without a byte, and for the whole; bytes as sent and unpacked; redirects."""

    connect: float = 5.0
    silence: float = 10.0
    whole: float = 30.0
    sent: int = 10 * 1024 * 1024
    unpacked: int = 20 * 1024 * 1024
    hops: int = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` have lower-case names; `url` is where it came from, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str


Finder = Callable[[str, int], Iterable[str]]


def find(host: str, port: int) -> list[str]:
    """Every number of a name, as the machine's resolver says."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    allow_hosts: Iterable[str] = (),
    caps: Caps = Caps(),
    trust: ssl.SSLContext | None = None,
    finder: Finder = find,
) -> Answer:
    """Ask `url` and answer what came, whatever its status. Effects: those of the other side only.

    `allow_hosts` are the "host:port" that may be private and unencrypted: the deployment's ROUNDS_OUTBOUND_ALLOW, never
    a user's word. Redirects are followed for GET and HEAD only; a POST that is sent elsewhere answers its 3xx.
    Raises AddressRefused (422), TooLarge, TooSlow and PeerFailed (502), each a sentence.
    """
    allow, ends = frozenset(allow_hosts), time.monotonic() + caps.whole
    at, sent = parsed(url, allow=allow), _checked(headers or {})
    for _ in range(caps.hops + 1):
        way = _Way(at.named in allow, ends, caps, finder)
        answer = _ask(method, at, sent, body, way, caps, trust)
        there = answer.headers.get("location")
        if answer.status not in MOVED or method not in ("GET", "HEAD") or not there:
            return answer
        next_ = parsed(urljoin(at.url, there), allow=allow)
        if at.scheme == "https" and next_.scheme != "https":
            raise AddressRefused(f"{at.host} leads to an address without encryption; it was not followed.")
        if next_.origin != at.origin:
            sent = {name: value for name, value in sent.items() if name in TRAVELS}
        at = next_
    raise PeerFailed(f"{at.host} leads on and on; it was given up after {caps.hops} redirects.")


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with lower-case names. Raises AddressRefused for one that could end its line or the request."""
    found = {"accept": "*/*", "user-agent": AGENT}
    for name, value in headers.items():
        low = name.lower()
        if low in OURS or not low.replace("-", "").isalnum() or not low.isascii() or any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise AddressRefused(f"The header {low[:40]!r} cannot be sent.")
        found[low] = value
    return found


def _ask(method, at, sent: dict[str, str], body: bytes, way: _Way, caps: Caps, trust) -> Answer:
    """One request to one address."""
    lines = [("Host", at.netloc), ("Accept-Encoding", "gzip"), ("Connection", "close"), *sent.items()]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(("Content-Length", str(len(body))))
    waits = {"connect": caps.connect, "read": caps.silence, "write": caps.silence, "pool": caps.connect}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trust or httpcore.default_ssl_context(), network_backend=way) as pool,
            pool.stream(method, at.url, headers=[(k.encode(), v.encode()) for k, v in lines], content=body or None,
                        extensions={"timeout": waits}) as answer,
        ):  # fmt: skip
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, said, _body(answer, said, at.host, caps), at.url)
    except httpcore.TimeoutException as fault:
        raise TooSlow(f"{at.host} did not answer in time.") from fault
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as fault:
        raise PeerFailed(f"{at.host} could not be asked ({type(fault).__name__}: {str(fault)[:120]}).") from fault


def _body(answer: httpcore.Response, said: Mapping[str, str], host: str, caps: Caps) -> bytes:
    """The body, unpacked. Never holds more than `caps.unpacked` bytes and one piece."""
    kind = said.get("content-encoding", "identity").strip().lower()
    if kind not in ("identity", "gzip", ""):
        raise PeerFailed(f"{host} answers in a packing that was not asked for ({kind[:20]}).")
    came, whole = 0, bytearray()
    unpacker = zlib.decompressobj(31) if kind == "gzip" else None
    for piece in answer.iter_stream():
        came += len(piece)
        if came > caps.sent:
            raise TooLarge(f"{host} sent more than {caps.sent:,} bytes; none of it was kept.")
        try:
            whole += piece if unpacker is None else unpacker.decompress(piece, max(1, caps.unpacked + 1 - len(whole)))
        except zlib.error as fault:
            raise PeerFailed(f"{host} sent packed data that cannot be unpacked.") from fault
        if len(whole) > caps.unpacked:
            raise TooLarge(f"{host} sent what unpacks to more than {caps.unpacked:,} bytes; none of it was kept.")
    if unpacker is not None and came and not unpacker.eof:
        raise PeerFailed(f"{host} broke off in the middle of its packed data.")
    return bytes(whole)


class _Way(httpcore.NetworkBackend):
    """Connections to checked numbers only, each within what is left of the whole time."""

    def __init__(self, private: bool, ends: float, caps: Caps, finder: Finder) -> None:
        self.private, self.ends, self.caps, self.finder = private, ends, caps, finder
        self.inner = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        numbers = self._numbers(host, port)
        for number in numbers:
            if not self.private and (why := unfit(number)):
                raise AddressRefused(f"{host} leads to {number}, {why}; it was not spoken to.")
        last: Exception | None = None
        for number in numbers[:3]:
            try:
                stream = self.inner.connect_tcp(number, port, _left(self.ends, timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                last = fault
                continue
            return _Stream(stream, self.ends)
        raise last or httpcore.ConnectError(f"{host} has no number")

    def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise AddressRefused("Sockets of this machine are not spoken to.")

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, _left(self.ends, seconds)))

    def _numbers(self, host: str, port: int) -> list[str]:
        """The numbers of a name, asked once, beside us: a resolver cannot be told to hurry."""
        came: queue.SimpleQueue = queue.SimpleQueue()

        def ask() -> None:
            try:
                came.put(list(dict.fromkeys(self.finder(host, port))))
            except (OSError, UnicodeError) as fault:
                came.put(fault)

        threading.Thread(target=ask, daemon=True, name="resolve").start()
        try:
            found = came.get(timeout=_left(self.ends, self.caps.connect))
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"{host} was not found in time") from None
        if isinstance(found, Exception) or not found:
            raise httpcore.ConnectError(f"{host} cannot be found")
        return found


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends when the whole time does: a peer that drips a byte a second gains nothing."""

    def __init__(self, inner: httpcore.NetworkStream, ends: float) -> None:
        self.inner, self.ends = inner, ends

    def read(self, max_bytes, timeout=None):
        return self.inner.read(max_bytes, _left(self.ends, timeout))

    def write(self, buffer, timeout=None):
        return self.inner.write(buffer, _left(self.ends, timeout))

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, _left(self.ends, timeout)), self.ends)

    def close(self) -> None:
        self.inner.close()

    def get_extra_info(self, info):
        return self.inner.get_extra_info(info)


def _left(ends: float, wanted: float | None) -> float:
    """Seconds that a wait may take. Raises when none are left."""
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole time is over")
    return left if wanted is None else min(left, wanted)
