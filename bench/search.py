"""Global search over 100,000 accounts, 50,000 leads and 50,000 contacts, as the web role, for a viewer who sees half.

    python -m bench.search [accounts] [seconds]

Prefixes, whole names, several words, near spellings and words that are in every other name, through the real server;
the bar is p95 below 200 ms with one client.
"""

from __future__ import annotations

import sys
from urllib.parse import quote

from bench._ground import ground, measure

BAR = 200.0
WORDS = {
    "a number": ["4217", "90001"],
    "a prefix": ["har", "wil", "pra"],
    "two words": ["harbour medical", "cedar regional"],
    "three words": ["granite willow clinic", "mercy union hospital"],
    "misspelt": ["harbuor", "prairei hospitel"],
    "a common word": ["health", "hospital"],
    "nothing": ["zzyzx", "qqq www"],
}


def main(accounts: int = 100_000, seconds: float = 3.0) -> bool:
    """Measure and print; True when every bar holds."""
    held = True
    with ground(accounts=accounts, leads=accounts // 2, contacts=accounts // 2) as place:
        token, cookie = {"Authorization": f"Bearer {place.token}"}, {"Cookie": f"sessionid={place.session}"}
        for way, path, headers in (("api", "/api/v1/search", token), ("palette", "/palette/", cookie)):
            for what, words in WORDS.items():
                asked = [f"{path}?q={quote(word)}" for word in words]

                def requests(n: int, asked: list[str] = asked) -> tuple[str, str, None]:
                    return "GET", asked[n % len(asked)], None

                measure(place.port, requests, headers, clients=1, seconds=0.5, expect=200)
                got = measure(place.port, requests, headers, clients=1, seconds=seconds, expect=200)
                fine = got.p95 < BAR
                held &= fine
                print(f"{way:8s} {what:14s} p50 {got.p50:6.1f} ms  p95 {got.p95:6.1f} ms (bar {BAR:.0f})"
                      f"  {'held' if fine else 'MISSED'}")  # fmt: skip
    return held


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
