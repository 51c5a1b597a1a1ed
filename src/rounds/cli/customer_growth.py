"""`rounds customers …`: renewals and churn, references, what they could use next."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import click

from rounds.cli.customer_deeds import CUSTOMER, NOTE, customer_of, of_customer
from rounds.cli.deal_eyes import DAY, by_now
from rounds.cli.options import JSON, MONEY
from rounds.cli.people import WHO, eyes


@click.command()
@CUSTOMER
@click.argument("term", type=click.UUID)
@click.argument("months", type=click.IntRange(1, 240))
@WHO
@click.option("--a-year", "arr_cents", type=MONEY, help="What a year brings; as before unless said.")
def renew(customer: UUID, term: UUID, months: int, email: str, arr_cents: int | None) -> None:
    """Renew a running TERM for MONTHS."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import terms
        from rounds.models import Term

        row = terms.renew(of_customer(Term, customer_of(user, customer), pk=term), months=months, arr_cents=arr_cents, **by_now(by))
        click.echo(f"{row.id}  from {row.starts_on} to {row.ends_on}")


@click.command()
@CUSTOMER
@click.argument("reason")
@WHO
@click.option("--on", type=DAY, required=True, help="The day they leave.")
@NOTE
def churn(customer: UUID, reason: str, email: str, on: date, note: str) -> None:
    """They leave, for a REASON of the playbook."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import terms

        click.echo(f"{terms.churn(customer_of(user, customer), on=on, reason=reason, note=note, **by_now(by)).phase}.")


@click.command()
@CUSTOMER
@WHO
@click.option("--no", "unwilling", is_flag=True, help="They do not speak for us.")
@click.option("--type", "types", multiple=True, help="As what; may be given several times.")
@click.option("--most", type=click.IntRange(0, 100), help="How often in a year.")
@NOTE
def reference(customer: UUID, email: str, unwilling: bool, types: tuple[str, ...], most: int | None, note: str) -> None:
    """Whether they speak for us."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import references

        row = references.agree(customer_of(user, customer), willing=not unwilling, types=types, most=most, note=note, **by_now(by))
        click.echo("They speak for us." if row.willing else "They do not speak for us.")


@click.command()
@CUSTOMER
@WHO
@JSON
def uses(customer: UUID, email: str, as_json: bool) -> None:
    """As what they speak for us, how often they still may, and to whom they spoke, the latest first."""
    with eyes(email) as (user, _):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.customers import references
        from rounds.models import Reference, ReferenceUse
        from rounds.models.flow.days import house_today

        row = customer_of(user, customer, change=False)
        said = visible(Reference, current()).filter(customer=row).first()
        rows = visible(ReferenceUse, current()).filter(customer=row).order_by("-used_on", "-id")[:200]
        told = {"willing": said.willing if said else None, "types": said.types if said else [], "left": references.left(said, house_today()) if said else None,
                "uses": [{"id": str(one.id), "kind": one.kind, "used_on": one.used_on.isoformat(), "told_to": one.told_to} for one in rows]}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told["uses"]:
        click.echo(f"{one['used_on']}  {one['kind']}: {one['told_to']}")
    click.echo(f"As {', '.join(told['types'])}; {max(told['left'], 0)} more for now." if told["willing"] else "They did not agree to speak for us.")


@click.command()
@CUSTOMER
@click.argument("kind")
@click.argument("told_to")
@WHO
@click.option("--on", type=DAY, help="The day; today unless said.")
def spoke(customer: UUID, kind: str, told_to: str, email: str, on: date | None) -> None:
    """They spoke for us: as KIND, such as “Reference call”, to TOLD_TO."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import references
        from rounds.models.flow.days import house_today

        row = references.use(customer_of(user, customer), kind, on=on or house_today(), told_to=told_to, **by_now(by))
        click.echo(f"{row.id}  {row.kind}, {row.used_on}")


@click.command()
@CUSTOMER
@click.argument("kind")
@click.argument("title")
@WHO
@click.option("--why", default="", help="Why.")
def idea(customer: UUID, kind: str, title: str, email: str, why: str) -> None:
    """What they could use next: TITLE, of a KIND of the playbook."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import expansions

        click.echo(f"{expansions.note(customer_of(user, customer), kind, title, why=why, **by_now(by)).id}  noted")


@click.command()
@CUSTOMER
@click.argument("idea", type=click.UUID)
@WHO
@click.option("--name", default="", help="What the deal is called.")
@click.option("--drop", "why", help="Drop it instead, for this reason.")
def pursue(customer: UUID, idea: UUID, email: str, name: str, why: str | None) -> None:
    """Make a deal of an IDEA, or drop it."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need_to_write
        from rounds.actions.customers import expansions
        from rounds.models import Expansion

        row = of_customer(Expansion, customer_of(user, customer), pk=idea)
        if why is not None:
            expansions.drop(row, why=why, **by_now(by))
            click.echo("Dropped.")
            return
        need_to_write(user, "opportunity")
        deal = expansions.open_deal(row, name=name, **by_now(by))
        click.echo(f"{deal.id}  {deal.name}")


GROWTH = (renew, churn, reference, uses, spoke, idea, pursue)
