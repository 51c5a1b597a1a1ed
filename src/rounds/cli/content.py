"""`rounds content …`: the library of content."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, by_now
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

ASSET = click.argument("asset", type=click.UUID)


class NoSuchAsset(Refusal):
    """There is no such asset; `rounds content list` shows the library with their ids."""

    status = 404


@click.group("content")
def command() -> None:
    """The library of content: list, add, clear, approve, retire."""


@command.command("list")
@WHO
@JSON
def list_(email: str, as_json: bool) -> None:
    """The library, by kind and name; which version may go out, and until when."""
    with eyes(email) as (user, _):
        from django.db.models import Sum

        from rounds.access.allowed import need
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Asset, AssetDelivery

        need(user, "content.read")
        rows = Asset.objects.filter(retired_at=None).prefetch_related("versions").order_by("kind", "name")
        views = dict(visible(AssetDelivery, current()).values_list("version__asset").annotate(Sum("views")))
        told = [{"id": str(row.id), "name": row.name, "kind": row.kind, "purpose": row.purpose, "views": views.get(row.id, 0), "versions": [
            {"number": one.number, "link": one.link, "approved_by": one.approved_by, "expires_on": one.expires_on and one.expires_on.isoformat()}
            for one in sorted(row.versions.all(), key=lambda one: -one.number)]} for row in rows]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        live = next((one for one in row["versions"] if one["approved_by"]), None)
        state = f"version {live['number']}, until {live['expires_on'] or 'further notice'}" if live else "waits for approval"
        followed = f", followed {row['views']} times" if row["views"] else ""
        click.echo(f"{row['id']}  {row['kind']:12}  {row['name']}: {state}{followed}")
    click.echo(f"{len(told)} in the library.")


@command.command("add")
@click.argument("name")
@click.argument("link")
@WHO
@click.option("--kind", required=True, help="A kind of assets.yaml, such as one_pager.")
@click.option("--purpose", default="", help="Of a video: what it is for, such as demo_recording.")
@click.option("--platform", default="", help="Of a video: where it lies, such as teams.")
@click.option("--stage", "stages", multiple=True, help="A stage it is for; none: for all.")
@click.option("--persona", "personas", multiple=True, help="Whom it is for; none: for all.")
def add(name: str, link: str, email: str, kind: str, purpose: str, platform: str, stages: tuple[str, ...], personas: tuple[str, ...]) -> None:
    """Put an asset, NAME by its LINK, into the library, not yet approved."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import assets

        need(user, "content.manage")
        row = assets.add(name, kind=kind, link=link, purpose=purpose, platform=platform, stages=stages, personas=personas, **by_now(by))
        click.echo(f"{row.id}  {row.name} waits for approval.")


@command.command("version")
@ASSET
@click.argument("link")
@WHO
@click.option("--platform", default="", help="Of a video: where it lies.")
def version(asset: UUID, link: str, email: str, platform: str) -> None:
    """A new version of ASSET, by its LINK."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import assets

        need(user, "content.manage")
        click.echo(f"Version {assets.add_version(_asset(asset), link, platform=platform, **by_now(by)).number} waits for approval.")


@command.command("clear")
@ASSET
@click.argument("number", type=int)
@WHO
@click.option("--seen", required=True, help="Who is seen or heard in it, and agreed.")
@click.option("--no-patient-data", is_flag=True, help="You watched it to the end: nobody's patient data is shown.")
def clear(asset: UUID, number: int, email: str, seen: str, no_patient_data: bool) -> None:
    """Say that you watched recording ASSET, version NUMBER, to its end; before that nobody approves it."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import videos

        need(user, "content.manage")
        videos.clear(_version(asset, number), seen=seen, no_patient_data=no_patient_data, **by_now(by))
        click.echo("Kept; it may be approved now.")


@command.command("approve")
@ASSET
@click.argument("number", type=int)
@WHO
@click.option("--until", "expires_on", type=DAY, help="Until when it may go out; as the playbook says unless said.")
def approve(asset: UUID, number: int, email: str, expires_on: date | None) -> None:
    """Let version NUMBER of ASSET go out. Not by whoever added it."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import assets

        need(user, "content.manage")
        row = _version(asset, number)
        click.echo(f"It may go out until {assets.approve(row, expires_on=expires_on, **by_now(by)).expires_on}.")


@command.command("retire")
@ASSET
@WHO
def retire(asset: UUID, email: str) -> None:
    """Take ASSET out of the library; what went out stays on the record."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.enablement import assets

        need(user, "content.manage")
        click.echo(f"{assets.retire(_asset(asset), **by_now(by)).name} is out of the library.")


def _asset(key: UUID):
    from rounds.models import Asset

    row = Asset.objects.filter(pk=key).first()
    if row is None:
        raise NoSuchAsset
    return row


def _version(asset: UUID, number: int):
    row = _asset(asset).versions.select_related("asset").filter(number=number).first()
    if row is None:
        raise NoSuchAsset("This asset has no such version.")
    return row
