"""What quotes can be listed, filtered, sorted and summed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from rounds.models.deals.quotes import OPEN_STATES, WAITING, Quote, QuoteApproval
from rounds.models.flow.active import active
from rounds.models.flow.days import house_midnight, house_today
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import people, territories
from rounds.models.search import ids_of_words
from rounds.rules.pricing.cents import BASE

STATES = [("draft", "Draft"), ("asked", "Waits for approval"), ("approved", "Approved"), ("accepted", "Accepted"), ("refused", "Refused"),
          ("void", "Off the table"), ("expired", "Expired")]  # fmt: skip
WAITS = [("mine", "For my word"), ("anybody", "For somebody’s word"), ("late", "For a word that is late")]
STANDS = [("past", "Past its day"), ("month", "Runs out in 30 days"), ("later", "Later")]
MONTH = timedelta(days=30)


def waits_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Quotes with an approval step whose turn it is: the viewer's, anybody's, one that is late."""
    steps = QuoteApproval.objects.filter(WAITING, quote=OuterRef("pk"))
    known = {"mine": steps.filter(asked=context) if context is not None else steps.none(), "anybody": steps, "late": steps.filter(due_at__lt=house_midnight(house_today()))}
    return _any(op, [Q(Exists(known[value])) for value in values if value in known])


def stands_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Quotes that may still become something, by the day they run out."""
    day = house_today()
    known = {"past": Q(expires_on__lt=day), "month": Q(expires_on__gte=day, expires_on__lte=day + MONTH), "later": Q(expires_on__gt=day + MONTH)}
    return Q(state__in=OPEN_STATES) & _any(op, [known[value] for value in values if value in known])


def off_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Quotes by what is off in percent."""
    if op in ("known", "unknown"):
        return Q() if op == "known" else Q(pk__in=())
    return Q(**{f"effective_bp__{op}": round(float(values[0]) * BASE / 100)})


def words_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Quotes whose account has these words, or whose name or deal begins with them."""
    words = values[0]
    return Q(opportunity__account__in=ids_of_words(words, "account", most=2000)) | Q(name__istartswith=words) | Q(opportunity__name__istartswith=words)


def models() -> list[tuple[str, str]]:
    return [(entry.model, entry.title) for entry in active().playbook.quotes.models]


def _any(op: str, found: Sequence[Q]) -> Q:
    held = Q(pk__in=())
    for one in found:
        held |= one
    return ~held if op == "not" else held


QUOTES: Listing = listing(
    "quote", Quote,
    (
        Field("name", "Quote", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q),
        Field("deal", "Deal", "text", "opportunity__name", sortable=True),
        Field("account", "Account", "text", "opportunity__account__name", sortable=True),
        Field("state", "State", "choice", choices=lambda: STATES, sortable=True),
        Field("waits", "Waits", "choice", choices=lambda: WAITS, custom=waits_q),
        Field("annual", "A year", "money", "annual_cents", sortable=True),
        Field("paid", "Over the term", "money", "paid_cents", sortable=True),
        Field("off", "Off", "rate", "effective_bp", sortable=True, custom=off_q),
        Field("term", "Months", "int", "term_months", sortable=True),
        Field("model", "Model", "choice", choices=models),
        Field("expires", "Stands until", "date", "expires_on", sortable=True),
        Field("stands", "Stands", "choice", choices=lambda: STANDS, custom=stands_q),
        Field("version", "Version", "int", sortable=True),
        Field("owner", "Owner", "person", "opportunity__owner", choices=people),
        Field("territory", "Territory", "choice", "opportunity__territory", choices=territories, sortable=True),
        Field("added", "Begun", "when", "at", sortable=True),
    ),
    opens_with=("-added",), fetch=("opportunity__account", "opportunity__owner"),
    defaults=("deal", "state", "annual", "off", "expires", "owner"), sums=("annual",),
)  # fmt: skip
