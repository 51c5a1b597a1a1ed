"""People of the owner's who are written to, a deal, and a browser without a window for each person."""

from tests.actions.deals.conftest import account, deal_of
from tests.actions.reach.conftest import person, postal

__all__ = ["account", "deal_of", "person", "postal"]
