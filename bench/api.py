"""The API on 50,000 leads as the web role, for a viewer who sees half: a list, and a capture with its score.

    python -m bench.api [leads] [seconds]

Reference: the best peer on 2 cores answers the list in 58 ms (36.5 requests/s at 8 clients) and takes a lead,
without scoring it, in 29.5 ms (55.8/s).
"""

from __future__ import annotations

import json
import sys

from bench._ground import Ground, Measured, ground, measure

LISTS = (
    "/api/v1/leads?f=status.is.New&f=score.gte.40&sort=-score",
    "/api/v1/leads?f=band.is.hot&f=state.is.NY&sort=-captured",
    "/api/v1/leads?f=segment.is.enterprise&f=captured.within.365&sort=name",
)
BARS = {"list": (29.0, 73.0, 58.0, 36.5), "create": (15.0, 112.0, 29.5, 55.8)}
"""What → (most ms at the median with 1 client, least requests/s with 8 clients, the peer's two)."""


def lists(n: int) -> tuple[str, str, None]:
    """The three lists in turn."""
    return "GET", LISTS[n % len(LISTS)], None


def creates(n: int) -> tuple[str, str, bytes]:
    """A lead with facts whose mail domain leads to an account."""
    said = {
        "name": f"Bench Person {n}", "email": f"bench{n}@org{n % 900}.example", "title": "Chief Information Officer",
        "organization": f"Bench Org {n}", "state": "NY", "source": "Web form",
        "facts": {"beds": 100 + n % 700, "ehr": "Epic", "ehr_confidence": 0.9, "total_margin": 0.02},
    }  # fmt: skip
    return "POST", "/api/v1/leads", json.dumps(said).encode()


def show(what: str, alone: Measured, crowd: Measured) -> bool:
    """Print one line beside its bar and reference; True when the bar holds."""
    most, least, peer_ms, peer_rate = BARS[what]
    held = alone.p50 <= most and crowd.rate >= least
    print(f"{what:7s} 1 client: p50 {alone.p50:6.1f} ms (bar {most}, peer {peer_ms})  p95 {alone.p95:6.1f} ms"
          f" | 8 clients: {crowd.rate:6.1f}/s (bar {least}, peer {peer_rate})  p50 {crowd.p50:6.1f} ms"
          f"  {'held' if held else 'MISSED'}")  # fmt: skip
    return held


def run(place: Ground, seconds: float) -> bool:
    """Both measurements, with one client and with eight."""
    headers = {"Authorization": f"Bearer {place.token}", "Content-Type": "application/json"}
    held = True
    for what, requests, expect in (("list", lists, 200), ("create", creates, 201)):
        measure(place.port, requests, headers, clients=4, seconds=2, expect=expect)
        alone = measure(place.port, requests, headers, clients=1, seconds=seconds, expect=expect)
        crowd = measure(place.port, requests, headers, clients=8, seconds=seconds, expect=expect)
        held &= show(what, alone, crowd)
    return held


def main(leads: int = 50_000, seconds: float = 6.0) -> bool:
    """Measure and print; True when every bar holds."""
    with ground(accounts=20_000, leads=leads) as place:
        return run(place, seconds)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
