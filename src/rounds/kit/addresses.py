"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

NOWHERE = "unknown"


class _Held:
    proxies: int = 0


def use(proxies: int) -> None:
    """How many proxies of ours stand in front (ROUNDS_PROXIES)."""
    _Held.proxies = proxies


def client_address(request: Any) -> str:
    """The address of whoever sent `request` (anything with META), "unknown" where there is none, as on a socket.

    Each of our proxies adds the address it was called from at the right of X-Forwarded-For; what stands further left was
    written by the caller and is not believed. Without proxies the header is not read at all.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if _Held.proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= _Held.proxies:
            return str(_read(hops[-_Held.proxies]) or _read(direct) or NOWHERE)
    return str(_read(direct) or NOWHERE)


def network(address: str) -> str:
    """What counts as one place: an IPv4 address, the /64 of an IPv6 one (a subscriber has that many to choose from)."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or NOWHERE)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]  # an IPv4 address with its port
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
