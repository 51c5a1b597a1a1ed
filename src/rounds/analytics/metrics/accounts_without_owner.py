"""ANALYTICS-18: accounts nobody has."""

from rounds.analytics.numbers.definition import metric


@metric(number="ANALYTICS-18", title="Accounts without owner", unit="count", how="count", when="known at", noun="account", population="Buying units that lie in a territory", better="less", now_only=True, by=("segment", "territory", "tier"))
def accounts_without_owner(t, w, book):
    """Buying units in a territory that nobody owns."""
    units = t.accounts
    return units.filter(units.is_unit, units.territory != "", units.owner_id == "")
