"""The demo's content library, what went to its deals, and what its departments handed to each other."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.enablement import assets, handoffs
from rounds.jobs.demo.cast import Cast
from rounds.models import Asset, Opportunity

DAY = timedelta(days=1)
VIDEOS = (("Ninety seconds on why we build this", "intro"), ("After our talk: what we heard", "executive_follow_up"), ("How a unit begins, in six minutes", "training"))
LIBRARY = (
    ("Deterioration in 400 beds: what changed", "case_study", ["P2", "P3"], ["clinical", "executive"], []),
    ("What it costs, and what it brings", "roi", ["P3", "P4", "P5"], ["finance"], []),
    ("Security and BAA pack", "security", ["P4", "P5", "P6"], ["it", "compliance"], []),
    ("Two pages for the board", "one_pager", [], ["executive"], ["enterprise"]),
    ("How early warning works", "guide", ["nurture", "P1", "P2"], [], []),
    ("Readmissions: the evidence so far", "evidence", ["P3", "P4"], ["clinical"], []),
)


def fill_library(cast: Cast, *, at: datetime) -> None:
    """Assets, three of them for deals; hand-offs in each state. Sight is set by the caller."""
    if Asset.objects.exists():
        return
    for place, (name, kind, stages, personas, segments) in enumerate(LIBRARY):
        row = assets.add(name, kind=kind, link=f"https://files.northwind-rounds.example/{kind}-{place}.pdf", stages=stages, personas=personas,
                         segments=segments, by=cast.marketing.actor, at=at - 90 * DAY)  # fmt: skip
        if place < len(LIBRARY) - 1:
            assets.approve(row.versions.get(), by=cast.manager.actor, at=at - 80 * DAY)
    _add_videos(cast, at)
    deals = list(Opportunity.objects.filter(closed_at=None).select_related("account", "contact", "owner", "team").order_by("-stage", "id")[:3])
    for place, deal in enumerate(deals):
        went = assets.deliver(deal=deal, by=(deal.owner or cast.owner).actor, at=at - (place + 2) * DAY)
        if went is not None and place:
            assets.sent(went, by=(deal.owner or cast.owner).actor, at=at - DAY)
    _hand_over(cast, deals, at)


def _add_videos(cast: Cast, at: datetime) -> None:
    """A video for each workflow that needs no real session; nobody of a customer's is seen in any."""
    for place, (name, purpose) in enumerate(VIDEOS):
        row = assets.add(name, kind="video", purpose=purpose, link=f"https://videos.northwind-rounds.example/{purpose}", platform="teams",
                         stages=["P6", "P7"] if purpose == "training" else [], by=cast.marketing.actor, at=at - (60 - place) * DAY)  # fmt: skip
        assets.approve(row.versions.get(), by=cast.manager.actor, at=at - 50 * DAY)


def _hand_over(cast: Cast, deals: list[Opportunity], at: datetime) -> None:
    if not deals:
        return
    by, first = cast.owner.actor, deals[0]
    handoffs.give("product_feedback", "Nurses ask for a pause of alerts during transport", deal=first, by=by, at=at - DAY,
                  note="Three units asked for it on their own. They silence the tablet today.")  # fmt: skip
    taken = handoffs.give("onboarding", f"{first.account.name}: who will be trained", deal=first, by=by, at=at - 2 * DAY, note="Forty nurses on two floors.")
    handoffs.accept(taken, cast.success, by=cast.success.actor, at=at - 2 * DAY + timedelta(hours=3))
    done = handoffs.give("campaign_leads", "Nine leads from the fall webinar", by=cast.marketing.actor, at=at - 12 * DAY)
    handoffs.accept(done, cast.owner, by=by, at=at - 12 * DAY + timedelta(hours=2))
    handoffs.finish(done, outcome="Two became deals", by=by, at=at - 9 * DAY)
