"""`rounds deal content …`: what of the library went to a deal."""

from __future__ import annotations

import json
from uuid import UUID

import click

from rounds.cli.deal_eyes import WHICH, NotBelow, below, by_now, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

DELIVERY = click.argument("delivery", type=click.UUID)


@click.group("content")
def content() -> None:
    """What of the library goes to a deal."""


@content.command("list")
@WHICH
@WHO
@JSON
def list_(deal: UUID, email: str, as_json: bool) -> None:
    """What went, or is to go, the newest first."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import AssetDelivery

        need(user, "content.read")
        rows = visible(AssetDelivery, current()).filter(opportunity=deal_of(user, deal, change=False)).select_related("version__asset").order_by("-at", "-id")[:200]
        told = [{"id": str(row.id), "asset": row.version.asset.name, "version": row.version.number, "why": row.why, "engaged": row.engaged, "views": row.views, "machines": row.scans,
                 "link_ends_at": row.link_ends_at and row.link_ends_at.isoformat(),
                 "sent_at": row.sent_at and row.sent_at.isoformat()} for row in rows]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        followed = f", followed {row['views']} times" if row["views"] else ""
        click.echo(f"{row['id']}  {row['engaged'] or ('sent' if row['sent_at'] else 'to go'):9} {row['asset']} v{row['version']} ({row['why']}){followed}")
    click.echo(f"{len(told)} of the library.")


@content.command("deliver")
@WHICH
@WHO
@click.option("--asset", type=click.UUID, help="This one; else what fits the deal best.")
def deliver(deal: UUID, email: str, asset: UUID | None) -> None:
    """Choose what fits a deal, and write down that it is to go."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import assets
        from rounds.models import Asset

        row = deal_of(user, deal)
        need(user, "content.read")
        chosen = Asset.objects.filter(pk=asset).first() if asset else None
        if asset and chosen is None:
            raise NotBelow("There is no such asset; `rounds content list` shows the library.")
        made = assets.deliver(deal=row, asset=chosen, **by_now(by))
        click.echo(f"{made.id}  {made.version.asset.name} is to go: {made.why}" if made else "Nothing of the library fits.")


@content.command("sent")
@WHICH
@DELIVERY
@WHO
@click.option("--read", "how", help="How one knows that it was read: answered, asked or met.")
def sent(deal: UUID, delivery: UUID, email: str, how: str | None) -> None:
    """Say that it was sent, or (--read) that somebody read it."""
    with eyes(email) as (user, by):
        from rounds.actions.enablement import assets
        from rounds.models import AssetDelivery

        row = below(AssetDelivery, deal_of(user, deal), delivery)
        if how:
            assets.engaged(row, how, **by_now(by))
        else:
            assets.sent(row, **by_now(by))
        click.echo("Kept.")


@content.command("share")
@WHICH
@DELIVERY
@WHO
@click.option("--end", is_flag=True, help="Its links lead nowhere any more.")
def share(deal: UUID, delivery: UUID, email: str, end: bool) -> None:
    """A link for the customer to what was delivered, said this once; who follows it is counted."""
    with eyes(email) as (user, by):
        from rounds.actions.enablement import sharing
        from rounds.actions.links.webhooks import outside
        from rounds.models import AssetDelivery

        row = below(AssetDelivery, deal_of(user, deal), delivery)
        if end:
            sharing.end(row, **by_now(by))
            click.echo("Its links lead nowhere any more.")
            return
        path = sharing.share(row, **by_now(by))
        click.echo(f"{outside(path)}  until {row.link_ends_at:%Y-%m-%d}")
