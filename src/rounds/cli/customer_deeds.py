"""`rounds customers …`: readings, issues, outcomes, surveys and the steps of a project."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, NotBelow, by_now, row_of
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Customer, User

CUSTOMER = click.argument("customer", type=click.UUID)
NOTE = click.option("--note", default="", help="A few words.")


def customer_of(user: User, key: UUID, *, change: bool = True) -> Customer:
    """The customer, where one may change it, or with `change` False read it."""
    from rounds.models import Customer

    return row_of(user, Customer, key, "account", "owner", change=change)


def of_customer(model: type, customer: Customer, **where: Any) -> Any:
    from rounds.access.scope import visible
    from rounds.access.sight import current

    row = visible(model, current()).select_related("customer").filter(customer=customer, **where).first()
    if row is None:
        raise NotBelow("There is no such thing of this customer; `rounds customers show` lists what there is.")
    return row


@click.command()
@CUSTOMER
@WHO
def show(customer: UUID, email: str) -> None:
    """How a customer is: every success metric against its target; open issues, terms and ideas with their ids."""
    with eyes(email) as (user, _):
        from rounds.kit.clock import now
        from rounds.models import CustomerIssue, Expansion, Implementation, Term
        from rounds.models.customers.standing import standing

        row = customer_of(user, customer, change=False)
        known = standing({row.pk: row.account_id}, now())[row.pk]
        click.echo(f"{row.account.name}: {row.phase}, health {row.health if row.health is not None else 'unknown'}, renews {row.renews_on or 'never'}")
        for one in known.judged():
            click.echo(f"  {one.metric}: {one.why}")
        for issue in CustomerIssue.objects.filter(customer=row, resolved_at=None).order_by("-at"):
            click.echo(f"  issue {issue.id}  {issue.severity}: {issue.title}")
        for term in Term.objects.filter(customer=row, outcome="").order_by("-starts_on"):
            click.echo(f"  term {term.id}  until {term.ends_on}")
        for idea in Expansion.objects.filter(customer=row, dropped_at=None, opportunity=None).order_by("-at"):
            click.echo(f"  idea {idea.id}  {idea.title}")
        for project in Implementation.objects.filter(customer=row, merged_into=None).order_by("-at"):
            click.echo(f"  project {project.id}  {project.name}, {'live' if project.live_on else f'until {project.ends_on}'}")


@click.command()
@CUSTOMER
@click.argument("metric")
@click.argument("parts", nargs=-1, required=True, metavar="NAME=NUMBER…")
@WHO
@click.option("--as-of", type=DAY, required=True, help="The day it was read.")
@click.option("--evidence", required=True, help="What shows it.")
@click.option("--url", default="", help="Where it stands.")
def read(customer: UUID, metric: str, parts: tuple[str, ...], email: str, **given: Any) -> None:
    """Keep a reading of METRIC, such as: user_adoption active_users=120 licensed_users=160. Health is counted again."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import customers, health, readings

        said = {name.strip(): number.strip() for name, _, number in (one.partition("=") for one in parts)}
        if wrong := [name for name, number in said.items() if not number.lstrip("-").isdigit()]:
            raise click.BadParameter(f"Write {wrong[0]} as {wrong[0]}=120.")
        row = customer_of(user, customer)
        readings.keep(row, metric, parts={name: int(number) for name, number in said.items()}, **given, **by_now(by))
        click.echo(f"Kept. Health: {health.check(customers.locked(row), **by_now(by)).score}.")


@click.command()
@CUSTOMER
@click.argument("title")
@WHO
@click.option("--severity", type=click.Choice(["critical", "major", "minor"]), default="minor", show_default=True)
@NOTE
def issue(customer: UUID, title: str, email: str, severity: str, note: str) -> None:
    """Something troubles them: TITLE."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import issues

        click.echo(f"{issues.open_issue(customer_of(user, customer), title, severity=severity, note=note, **by_now(by)).id}  open")


@click.command()
@CUSTOMER
@click.argument("issue", type=click.UUID)
@click.argument("resolution")
@WHO
def resolve(customer: UUID, issue: UUID, resolution: str, email: str) -> None:
    """An ISSUE is resolved: RESOLUTION."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import issues
        from rounds.models import CustomerIssue

        row = issues.resolve(of_customer(CustomerIssue, customer_of(user, customer), pk=issue), resolution=resolution, **by_now(by))
        click.echo(f"{row.title}: resolved.")


@click.command()
@CUSTOMER
@click.argument("metric")
@click.argument("baseline")
@click.argument("current")
@WHO
@click.option("--goal", default="", help="What was agreed.")
@click.option("--people", type=click.IntRange(1), required=True, help="How many people it is of; a group, never one.")
@click.option("--from", "starts_on", type=DAY, required=True)
@click.option("--to", "ends_on", type=DAY, required=True)
@click.option("--source", required=True, help="A source of customers/growth.yaml.")
@click.option("--evidence", default="")
def outcome(customer: UUID, metric: str, email: str, **given: Any) -> None:
    """Keep a clinical outcome of a group: METRIC, BASELINE before, CURRENT now."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import outcomes

        row = outcomes.keep(customer_of(user, customer), metric, **given, **by_now(by))
        click.echo(f"{row.metric}: {row.baseline} → {row.current}, {'no goal' if row.attained is None else 'attained' if row.attained else 'not attained'}")


@click.command()
@CUSTOMER
@click.argument("kind")
@click.argument("people", type=click.UUID, nargs=-1, required=True)
@WHO
def survey(customer: UUID, kind: str, people: tuple[UUID, ...], email: str) -> None:
    """Ask PEOPLE (contacts) by mail: KIND, such as nps."""
    with eyes(email) as (user, by):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.customers import surveys
        from rounds.models import Contact

        row = customer_of(user, customer)
        asked = list(visible(Contact, current()).filter(pk__in=people))
        if len(asked) < len(set(people)):
            raise NotBelow("One of these contacts is not there, or you do not see them.")
        surveys.send(row, kind, asked, **by_now(by))
        click.echo(f"{len(asked)} asked.")


@click.command()
@click.argument("project", type=click.UUID)
@click.argument("code")
@WHO
@click.option("--on", type=DAY, required=True, help="The day it was done.")
@NOTE
def step(project: UUID, code: str, email: str, on: date, note: str) -> None:
    """The step CODE of an implementation PROJECT was done; kickoff, first value and go-live are steps like the others."""
    with eyes(email) as (user, by):
        from rounds.actions.customers import planning
        from rounds.models import Implementation, ProjectStep

        row = row_of(user, Implementation, project, "customer")
        one = ProjectStep.objects.filter(implementation=row, code=code).select_related("phase").first()
        if one is None:
            open_ = ProjectStep.objects.filter(implementation=row, done_on=None).order_by("starts_on", "position").values_list("code", flat=True)
            raise NotBelow(f"There is no step “{code}”; still open: {', '.join(open_)}.")
        click.echo(f"{planning.finish(one, on=on, note=note, **by_now(by)).title}: done.")


DEEDS = (show, read, issue, resolve, outcome, survey, step)
