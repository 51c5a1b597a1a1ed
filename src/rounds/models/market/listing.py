"""What accounts, buying units and contacts can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.models.leads.hygiene import checks, undone_q
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.accounts import LEVELS, Account
from rounds.models.market.contacts import Contact
from rounds.models.people.users import User
from rounds.models.search import ids_of_words
from rounds.rules import budget

TIERS = [("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3"), ("0", "Not in program")]
GRADES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
BANDS = [("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold"), ("unqualified", "Unqualified")]


def windows() -> list[tuple[str, str]]:
    """The states of a budget window, in the words of the playbook's alert days."""
    days = active().playbook.universe.budget_window.alert_days
    return [("open", "Open now"), ("soon", f"Opens in {days} days"), ("later", "Later"), ("unknown", "Year-end unknown")]


def window_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Rows whose budget window is in one of the states `values` today."""
    book, held = active().playbook, Q(pk__in=[])
    for state in values:
        if state == "unknown":
            held |= Q(fye_month__isnull=True)
        else:
            held |= Q(fye_month__in=budget.months_in(book, state, house_today()))
    return held


def words(kind: str):
    """A filter over the word table for `kind` ("account", "lead", "contact")."""

    def found(op: str, values: Sequence[str], context: Any) -> Q:
        return Q(pk__in=ids_of_words(values[0], kind, most=2000))

    return found


def whitespace_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Fit A, no owner, no touch for the playbook's quiet days: good fits that nobody is talking to."""
    from datetime import timedelta

    from rounds.kit.clock import now

    quiet = Q(last_touch_at__isnull=True) | Q(last_touch_at__lt=now() - timedelta(days=active().playbook.universe.freshness.quiet_days))
    held = Q(fit_grade="A", owner__isnull=True) & quiet
    return held if values[0] == "yes" else ~held


def people() -> list[tuple[str, str]]:
    """Everybody who may own a row, and “me”."""
    return [("me", "Me"), *((str(i), n) for i, n in User.objects.filter(is_active=True).values_list("id", "name"))]


def territories() -> list[tuple[str, str]]:
    return [(name, name) for name in active().playbook.territories.names]


def states() -> list[tuple[str, str]]:
    from rounds.kit.text import STATES

    return list(STATES.items())


def vendors() -> list[tuple[str, str]]:
    return [(name, name) for name in active().playbook.ehr.vendors]


def picked(name: str):
    """The values of one of the playbook's picklists, as choices."""
    return lambda: [(v, v) for v in getattr(active().playbook.picklists, name).values]


def segments() -> list[tuple[str, str]]:
    return [("enterprise", "Enterprise"), ("mid_market", "Mid-market"), ("growth", "Growth")]


YES_NO = lambda: [("yes", "Yes"), ("no", "No")]  # noqa: E731

SCORE_FIELDS = (
    Field("fit", "Fit", "choice", "fit_grade", choices=lambda: GRADES),
    Field("fit_rate", "Fit rate", "rate", sortable=True),
    Field("score", "Score", "int", "score_total", sortable=True),
    Field("known", "Known", "rate", "completeness", sortable=True),
    Field("band", "Band", "choice", choices=lambda: BANDS),
    Field("provisional", "Provisional band", "bool", "band_provisional", choices=YES_NO),
    Field("heat", "Heat", "int", sortable=True),
    Field("owner", "Owner", "person", choices=people),
    Field("territory", "Territory", "choice", choices=territories, sortable=True),
    Field("segment", "Segment", "choice", choices=segments),
    Field("state", "State", "choice", choices=states, sortable=True),
    Field("touch", "Last touch", "when", "last_touch_at", sortable=True),
)

ACCOUNT_FIELDS = (
    Field("name", "Name", "text", sortable=True),
    Field("words", "Words", "words", custom=words("account")),
    Field("level", "Level", "choice", choices=lambda: LEVELS),
    Field("beds", "Beds", "int", sortable=True),
    Field("tier", "Tier", "choice", number=True, choices=lambda: TIERS, sortable=True),
    Field("ehr", "EHR", "choice", "ehr_vendor", choices=vendors, sortable=True),
    Field("ehr_sure", "EHR confidence", "rate", "ehr_confidence", sortable=True),
    Field("window", "Budget window", "window", "fye_month", choices=windows, custom=window_q),
    Field("potential", "Potential", "money", "deal_potential_cents", sortable=True),
    Field("margin", "Total margin", "rate", "total_margin", sortable=True),
    Field("revenue", "Patient revenue", "money", "net_patient_revenue_cents", sortable=True),
    Field("hospitals", "Hospitals", "int", sortable=True),
    Field("programme", "Programme", "choice", choices=picked("programme")),
    Field("org_type", "Type", "choice", choices=picked("org_type")),
    Field("status", "Status", "choice", choices=lambda: [("open", "Open"), ("closed", "Closed")]),
    Field("whitespace", "Whitespace", "bool", choices=YES_NO, custom=whitespace_q),
    Field("strength", "Relationship", "int", sortable=True),
    Field("undone", "Left undone", "choice", choices=checks("account"), custom=undone_q("account")),
    *SCORE_FIELDS,
)

ACCOUNTS: Listing = listing(
    "account", Account, ACCOUNT_FIELDS, opens_with=("name",), fetch=("owner", "buying_unit"),
    defaults=("beds", "tier", "fit", "score", "known", "ehr", "window", "potential", "owner", "touch"),
    sums=("beds", "potential"),
)  # fmt: skip
UNITS: Listing = listing(
    "unit", Account, ACCOUNT_FIELDS, opens_with=("-potential", "-fit_rate"), fetch=("owner",),
    defaults=("beds", "tier", "fit", "score", "known", "ehr", "window", "potential", "owner", "touch"),
    sums=("beds", "potential"),
)  # fmt: skip

CONTACTS: Listing = listing(
    "contact", Contact,
    (
        Field("name", "Name", "text", sortable=True),
        Field("words", "Words", "words", custom=words("contact")),
        Field("title", "Title", "text", sortable=True),
        Field("role", "Role", "choice", choices=lambda: [(r, r) for r in active().playbook.picklists.contact_role.values]),
        Field("group", "Group", "choice", "role_group",
              choices=lambda: [(g, g) for g in active().playbook.picklists.contact_role.groups]),
        Field("email", "E-mail", "text", sortable=True),
        Field("strength", "Relationship", "int", sortable=True),
        Field("undone", "Left undone", "choice", choices=checks("contact"), custom=undone_q("contact")),
        Field("territory", "Territory", "choice", choices=territories),
        Field("owner", "Owner", "person", choices=people),
    ),
    opens_with=("name",), fetch=("account", "owner"), defaults=("title", "role", "account", "email", "owner"),
)  # fmt: skip
