"""What narrowing costs: a list of 50 of 500,000 rows through the real server, for a viewer who sees half and one who
sees all.

    python -m bench.sight [accounts] [seconds]

The bar: whoever sees half waits at most twice as long as whoever sees all, page by page, at the median. Both ask for the
same pages of the same server, taking turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import sys

from bench._ground import Ground, ground, measure, session_of

BAR = 2.0
PAGES = (
    ("by name", "/accounts/?f="),
    ("filtered", "/accounts/?f=ehr.is.Epic&f=beds.gte.300&sort=-beds"),
    ("by potential", "/accounts/?f=status.is.open&sort=-potential"),
    ("API, by name", "/api/v1/accounts?size=50"),
)


def run(place: Ground, seconds: float) -> bool:
    """Each page for both viewers; True when every ratio is within the bar."""
    eyes = {"half": place.session, "all": session_of("admin")}
    tokens = {"half": place.token, "all": _token()}
    held = True
    for name, path in PAGES:
        took = {}
        for who in eyes:
            headers = {"Authorization": f"Bearer {tokens[who]}"} if path.startswith("/api/") else {"Cookie": f"sessionid={eyes[who]}"}
            measure(place.port, lambda n, path=path: ("GET", path, None), headers, clients=1, seconds=1.5, expect=200)
            took[who] = measure(place.port, lambda n, path=path: ("GET", path, None), headers, clients=1, seconds=seconds, expect=200)
        ratio = took["half"].p50 / took["all"].p50
        held &= ratio <= BAR
        print(f"{name:14s} sees half {took['half'].p50:7.1f} ms  sees all {took['all'].p50:7.1f} ms  {ratio:5.2f} ×"
              f"  bar {BAR:.0f} ×  {'held' if ratio <= BAR else 'MISSED'}")  # fmt: skip
    return held


def _token() -> str:
    from rounds.actions.trust import tokens
    from rounds.kit.clock import now
    from rounds.models import User

    admin = User.objects.get(role="admin")
    return tokens.make(admin, name="bench", scopes=tokens.scopes_for(admin), by=admin.actor, at=now())[1]


def main(accounts: int = 500_000, seconds: float = 4.0) -> bool:
    """Measure and print; True when the bar holds."""
    with ground(accounts=accounts, leads=1000) as place:
        return run(place, seconds)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
