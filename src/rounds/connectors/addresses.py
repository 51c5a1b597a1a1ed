"""Which addresses may be spoken to: written by strangers (webhooks, FHIR, pictures, `next` links), so trusted in nothing.

Two questions, asked of every hop: is this a plain web address (`parsed`), and does the number behind its name belong to
the public internet (`unfit`). A name that has one bad number is refused whole.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

from rounds.kit.refusal import Refusal

PORTS = {443, 8443}
LONGEST = 2048
"""Characters of an address; longer ones are attacks or mistakes."""
DEFAULT = {"https": 443, "http": 80}
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "onion", "test", "invalid")
"""Last labels that name no host of the public internet (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal)."""

_V4 = ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
       "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
       "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32")  # fmt: skip
"""Own, private, shared, for documents, multicast, reserved; the last is a cloud's own control address."""
_V6 = ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
"""What is not public within 2000::/3 (Teredo and 6to4 carry an IPv4 address inside); outside it nothing is."""
NOT_V4 = [ipaddress.ip_network(net) for net in _V4]
NOT_V6 = [ipaddress.ip_network(net) for net in _V6]
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
MAPPED, NAT64 = ipaddress.ip_network("::ffff:0:0/96"), ipaddress.ip_network("64:ff9b::/96")
ISATAP = {0x00005EFE, 0x02005EFE}


class AddressRefused(Refusal):
    """That address may not be spoken to."""

    status = 422


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in its plain form. `named` is what an allow-list says: the host with its port."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        return f"{self._shown}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """As the Host header says it."""
        return self._shown if DEFAULT[self.scheme] == self.port else self.named

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def _shown(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parsed(url: str, *, allow: frozenset[str] = frozenset()) -> Address:
    """`url` as an Address. Only https to public names on PORTS, unless `allow` names its "host:port".

    Raises AddressRefused with a sentence that never repeats credentials.
    """
    if len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise AddressRefused("That is no plain web address: it holds blanks, control characters or backslashes, or is too long.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("That is no web address.") from None
    if parts.scheme not in DEFAULT or not parts.netloc:
        raise AddressRefused("Only addresses that begin with https:// are spoken to.")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise AddressRefused("An address may hold no user name, no password and no escapes before its path.")
    host = _host(parts.hostname or "")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Address(parts.scheme, host, DEFAULT[parts.scheme] if port is None else port, _ascii(path))
    if found.named not in allow:
        _need_public(found)
    return found


def _need_public(found: Address) -> None:
    if found.scheme != "https":
        raise AddressRefused(f"{found.host} is not asked without encryption; use its https:// form.")
    if found.port not in PORTS:
        raise AddressRefused(f"Port {found.port} of {found.host} is no port of the web; 443 and 8443 are.")
    number = _number(found.host)
    if number is not None:
        if why := unfit(found.host):
            raise AddressRefused(f"{found.host} is {why}; it was not spoken to.")
    elif "." not in found.host or found.host.rpartition(".")[2] in INSIDE or found.host.endswith(".home.arpa"):
        raise AddressRefused(f"{found.host} names a machine of an own network; it was not spoken to.")


def unfit(number: str) -> str:
    """Why an IP address is not of the public internet, as words; '' when it is."""
    ip = ipaddress.ip_address(number)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id:
            return "bound to a network card"
        low = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip in MAPPED or ip in NAT64:
            return unfit(str(low))
        if (int(ip) >> 32) & 0xFFFFFFFF in ISATAP:
            return "an IPv4 address in disguise"
        if ip not in PUBLIC_V6 or any(ip in net for net in NOT_V6) or not ip.is_global:
            return "no address of the public internet"
        return ""
    if any(ip in net for net in NOT_V4) or not ip.is_global or ip.is_multicast:
        return "no address of the public internet"
    return ""


def _host(said: str) -> str:
    """The host in lower case ASCII: what a resolver is asked, after every way of writing it another way is undone."""
    if ":" in said:
        try:
            return ipaddress.IPv6Address(said).compressed
        except ValueError:
            raise AddressRefused("That is no web address.") from None
    try:
        host = idna.encode(said.removesuffix("."), uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        # idna refuses names with an underscore or a bare "-" that resolvers would take: so do we.
        raise AddressRefused("That is no name of a host.") from None
    last = host.rpartition(".")[2]
    # What ends like a number is read as one by some resolvers: 2130706433, 0x7f.1, 0177.0.0.1 are all 127.0.0.1.
    if (last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last)) and _number(host) is None:
        raise AddressRefused("An IP address is written as four plain numbers, as in 192.0.2.7.")
    return host


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _ascii(path: str) -> str:
    """A path as it is sent: letters beyond ASCII escaped."""
    from urllib.parse import quote

    return quote(path, safe="/?#[]@!$&'()*+,;=:%~-._").replace("#", "%23")
