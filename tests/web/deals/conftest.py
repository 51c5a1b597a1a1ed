"""The deals of tests/actions/deals, looked at in pages."""

from tests.actions.deals.conftest import account, deal_of, tick

__all__ = ["account", "deal_of", "tick"]
