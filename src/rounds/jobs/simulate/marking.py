"""What is simulated says so, and never stands beside what is real."""

from __future__ import annotations

from django.conf import settings

from rounds.actions.flow.simulations import KIND
from rounds.jobs.demo.cast import HOUSE
from rounds.jobs.demo.universe import FOLDER
from rounds.kit.refusal import Refusal
from rounds.models import Account, Batch, Lead, Opportunity, UniverseRun, User

PREFIX = "synthetic:"
"""How the external ids of simulated leads, deals and activities begin."""


class HoldsRealData(Refusal):
    """This database holds a company's own records; a simulated company is never written beside them. Give it a database of its own: ROUNDS_DATA_DIR=FOLDER, then `rounds migrate` and `rounds simulate`."""


class NotInProduction(Refusal):
    """A simulated company is refused in production mode. Run it with ROUNDS_MODE=demo, on a database of its own."""

    status = 403


def need_synthetic() -> None:
    """Go on only where everything there is was invented: by the demo, or by a simulation. Raises HoldsRealData,
    NotInProduction. Sight is set by the caller."""
    if settings.PRODUCTION:
        raise NotInProduction
    loaded = UniverseRun.objects.exclude(folder=FOLDER)
    people = User.objects.exclude(email__endswith=f"@{HOUSE}").exclude(email__endswith=".example")
    if loaded.exists() or people.exists():
        raise HoldsRealData
    ours = UniverseRun.objects.filter(folder=FOLDER).exists() or Batch.objects.filter(kind=KIND).exists()
    if not ours and (Account.objects.exists() or Lead.objects.exists() or Opportunity.objects.exists()):
        raise HoldsRealData


def lead_id(seed: int, number: int, *, lost: bool = False) -> str:
    """The external id of a simulated lead; of one that never became a deal (`lost`) another row of numbers."""
    return f"{PREFIX}{seed}:{'lost-lead' if lost else 'lead'}:{number}"


def deal_id(seed: int, number: int) -> str:
    return f"{PREFIX}{seed}:deal:{number}"


def activity_id(seed: int, of: int, order: int) -> str:
    return f"{PREFIX}{seed}:act:{of}:{order}"
