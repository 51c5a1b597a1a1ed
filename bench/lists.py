"""Lists, search and the palette on 100,000 accounts, as the web role, for a viewer who sees half.

    python -m bench.lists [accounts] [seconds]

The bars: the first page of a list, a filtered one and a later page within 150 ms for 95 of 100 requests, a search
within 200 ms. The reference beside them is the page of health of the same server in the same run: what a request
costs that asks the database nothing.
"""

from __future__ import annotations

import http.client
import re
import sys

from bench._ground import Ground, ask, ground, measure

LIST_BAR, SEARCH_BAR = 150.0, 200.0
FIRST = "/accounts/?f="
FILTERED = (
    "/accounts/?f=ehr.is.Epic&f=beds.gte.300&sort=-beds",
    "/accounts/?f=tier.is.1,2&sort=-potential",
    "/accounts/?f=state.is.NY&f=known.gte.40&sort=-score,name",
    "/accounts/?f=window.is.soon&f=beds.gte.100&sort=-potential",
)
SAID = ("harbour", "summit med", "cedar hosp", "maple union", "trinty", "granit heal")


def later(place: Ground, headers: dict[str, str]) -> str:
    """The address of the second page of the first list, as the page itself links it."""
    link = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    status, body = ask(link, "GET", FIRST, None, headers)
    found = re.search(r'href="(\?[^"]*after=[^"]+)"', body.decode())
    if status != 200 or not found:
        raise RuntimeError(f"The first page answered {status} and names no next one.")
    return "/accounts/" + found.group(1).replace("&amp;", "&")


def run(place: Ground, seconds: float) -> bool:
    """Each kind of page with two clients, one a core; True when every bar holds."""
    headers = {"Cookie": f"sessionid={place.session}"}
    next_page = later(place, headers)
    kinds = (
        ("health (reference)", lambda n: "/health/live/", None),
        ("first page", lambda n: FIRST, LIST_BAR),
        ("filtered and sorted", lambda n: FILTERED[n % len(FILTERED)], LIST_BAR),
        ("next page", lambda n: next_page, LIST_BAR),
        ("palette", lambda n: f"/palette/?q={SAID[n % len(SAID)].replace(' ', '+')}", SEARCH_BAR),
        ("search page", lambda n: f"/search/?q={SAID[n % len(SAID)].replace(' ', '+')}", SEARCH_BAR),
    )
    held, base = True, 0.0
    for name, address, bar in kinds:
        def request(n: int, address=address):
            return "GET", address(n), None

        measure(place.port, request, headers, clients=2, seconds=1.5, expect=200)
        found = measure(place.port, request, headers, clients=1, seconds=seconds, expect=200)
        base = base or found.p50
        word = "" if bar is None else "held" if found.p95 <= bar else "MISSED"
        held &= word != "MISSED"
        print(f"{name:20s} p50 {found.p50:7.1f} ms  p95 {found.p95:7.1f} ms  {found.p50 / base:6.1f} × health"
              f"  {f'bar {bar:.0f} ms  {word}' if bar else ''}")  # fmt: skip
    return held


def main(accounts: int = 100_000, seconds: float = 5.0) -> bool:
    """Measure and print; True when every bar holds."""
    with ground(accounts=accounts, leads=20_000, contacts=20_000) as place:
        return run(place, seconds)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
