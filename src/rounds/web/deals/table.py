"""The list of opportunities: its columns, the views everybody has, what can be done to many."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.access.sight import EVERYTHING, sight
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals import ages
from rounds.models.deals.listing import OPPORTUNITIES, categories, summed
from rounds.models.deals.standing import chances
from rounds.models.flow.active import active
from rounds.models.market.listing import people
from rounds.web.lists import Act, Column, Shipped, Table, register


def rows(request: HttpRequest) -> QuerySet[Opportunity]:
    """The deals one sees, each with what it adds to a sum. The chances are those of the house, whoever looks."""
    with sight(EVERYTHING):
        found = chances(active().playbook)
    return summed(visible(Opportunity, request.scope), found)


def stage_word(deal: Opportunity) -> str:
    """What the stage of a deal is called."""
    entry = active().playbook.stages.by_code.get(deal.stage)
    return entry.title if entry else deal.stage


def age_word(deal: Opportunity) -> str:
    """On track, slow or stalled; "" of a deal that is closed."""
    return ages.age_of(deal, active().playbook, now()).word if deal.is_open else ""


def owners(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"name": "owner", "label": "To", "required": True, "choices": [("none", "Nobody"), *people()[1:]]}]


def sureness(request: HttpRequest) -> list[dict[str, Any]]:
    closed = {one.category for one in active().playbook.closing.forecast.categories if one.closed}
    choices = [(code, title) for code, title in categories() if code not in closed]
    return [{"name": "category", "label": "Forecast", "required": True, "choices": choices}]


def days(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"name": "close_on", "label": "Closes on", "required": True, "help": "A day such as 2026-09-28"},
            {"name": "reason", "label": "Why", "required": False, "help": "Kept with each of them"}]  # fmt: skip


MINE = "f=state.is.open&f=owner.is.me"

TABLE = register(Table(
    listing=OPPORTUNITIES,
    url="/opportunities/",
    noun="opportunity,opportunities",
    rows=rows,
    columns=(
        Column("name", "Deal", lambda deal: deal.name, sort="name", css=""),
        Column("account", "Account", lambda deal: deal.account.name),
        Column("stage", "Stage", stage_word, sort="stage", css="max-sm:text-right"),
        Column("process", "Process stage", lambda deal: deal.process, sort="process"),
        Column("age", "Days in stage", lambda deal: ages.stage_days(deal, now()), sort="days", align="r"),
        Column("process_days", "Days in process stage", lambda deal: ages.process_days(deal, now()), sort="process_days", align="r"),
        Column("pace", "Pace", age_word),
        Column("amount", "Amount", lambda deal: (deal.amount_cents or 0) / 100 or None, sort="amount", align="r"),
        Column("currency", "Currency", lambda deal: deal.currency),
        Column("weighted", "Weighted", lambda deal: deal.weighted_cents and deal.weighted_cents / 100, align="r"),
        Column("close", "Closes", lambda deal: deal.close_on, sort="close"),
        Column("forecast", "Forecast", lambda deal: dict(categories()).get(deal.forecast_category, ""), sort="forecast"),
        Column("step", "Next step", lambda deal: deal.next_step, sort="step"),
        Column("from", "Came from", lambda deal: deal.lead.name if deal.lead else deal.source),
        Column("opened", "Opened", lambda deal: deal.opened_at, sort="opened"),
        Column("closed", "Closed", lambda deal: deal.closed_at, sort="closed"),
        Column("reason", "Lost because", lambda deal: deal.lost_reason),
        Column("territory", "Territory", lambda deal: deal.territory, sort="territory"),
        Column("owner", "Owner", lambda deal: deal.owner.name if deal.owner else ""),
    ),
    shipped=(
        Shipped("mine", "My deals", f"{MINE}&sort=close,name", star=True),
        Shipped("open", "Open", "f=state.is.open&sort=close,name", star_for_all_but_sellers=True),
        Shipped("closing", "Closing in 90 days", "f=closes.is.past,quarter&sort=close,name"),
        Shipped("stalled", "Slow and stalled", "f=age.is.slow,stalled&sort=-process_days"),
        Shipped("waits", "Waits for a word", "f=waits.is.yes"),
        Shipped("no_step", "No next step", "f=no_step.is.yes&sort=-amount"),
        Shipped("won", "Won", "f=state.is.won&sort=-closed&cols=account,amount,closed,owner"),
        Shipped("lost", "Lost", "f=state.is.lost&sort=-closed&cols=account,amount,reason,closed,owner"),
        Shipped("all", "All deals", ""),
    ),
    acts=(
        Act("opportunity.assign", "Give", "user-plus", owners, needs="records.assign_others"),
        Act("opportunity.forecast", "Forecast", "chart-line", sureness, before="Set the forecast of"),
        Act("opportunity.close_on", "Close date", "calendar-clock", days, before="Move the close date of"),
    ),
))  # fmt: skip
