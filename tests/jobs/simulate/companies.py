"""Small simulated companies for tests: a few invented organisations, a few deals, half a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.market import accounts
from rounds.jobs.simulate.writing import Asked
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account

ASKED = Asked(seed=11, months=6, deals=6)
PLACES = (("NY", 700), ("OH", 260), ("CA", 80), ("FL", 620), ("TX", 180), ("NJ", 40))


def market(at: datetime, places: Sequence[tuple[str, int]] = PLACES) -> None:
    """Some organisations of all segments, made by nobody's hand, under the mark of a simulation. Sight is set here."""
    with sight(EVERYTHING):
        if Account.objects.exists():
            return
        for state, beds in places:
            name = f"Fennmoor {state}"
            accounts.add(name=name, level="system", state=state, beds=beds, website=f"fennmoor{state.lower()}.example", by=SYSTEM_ACTOR, at=at - timedelta(days=1200))
