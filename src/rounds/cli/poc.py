"""`rounds poc …`: how proofs of concept stand, and what is done with them."""

from __future__ import annotations

import json

import click

from rounds.cli.people import eyes
from rounds.cli.poc_deeds import DEEDS
from rounds.cli.poc_ends import ENDS
from rounds.cli.poc_terms import TERMS
from rounds.kit.refusal import Refusal


class NoSuchPoc(Refusal):
    """There is no such proof of concept, or you do not see it; `rounds poc list` shows yours with their ids."""

    status = 404


@click.group("poc")
def command() -> None:
    """Look at proofs of concept, and walk one from its draft to its end."""


for deed in (*DEEDS, *TERMS, *ENDS):
    command.add_command(deed)


@command.command("list")
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes; what they see is shown.")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, everything: bool, as_json: bool) -> None:
    """Those that are open, with what their criteria come to (at most 200)."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Poc
        from rounds.models.deals.poc_standing import stand
        from rounds.models.deals.pocs import OPEN

        need_to_read(user, "opportunity")
        rows = visible(Poc, current()).select_related("opportunity__account").order_by("ends_on", "id")
        found = list((rows if everything else rows.filter(state__in=OPEN))[:200])
        stood = stand(found)
    told = [{"id": str(poc.id), "name": poc.name, "account": poc.opportunity.account.name, "state": poc.state, "ends_on": poc.ends_on and poc.ends_on.isoformat(),
             "met": stood[poc.pk].met, "criteria": len(stood[poc.pk].measured),
             "result": poc.result or None} for poc in found]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for said in told:
        click.echo(f"{said['id']}  {said['state']:<10} {said['ends_on'] or 'no day':<10}  {said['met']} of {said['criteria']} met  {said['name']} ({said['account']})")
    click.echo(f"{len(told)} proofs of concept.")


@command.command()
@click.argument("poc", type=click.UUID)
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes.")
def show(poc, email: str) -> None:
    """One, criterion by criterion, with their codes: target, last reading with its interval, verdict; open issues with their ids."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Poc, PocIssue
        from rounds.models.deals.poc_standing import stands

        need_to_read(user, "opportunity")
        row = visible(Poc, current()).select_related("opportunity__account").filter(pk=poc).first()
        if row is None:
            raise NoSuchPoc
        found = stands(row)
        issues = list(visible(PocIssue, current()).filter(poc=row, closed_at=None).order_by("due_at", "id"))
    click.echo(f"{row.name}, {row.opportunity.account.name}: {row.state}{f', {row.result}' if row.result else ''}")
    for one in found.measured:
        last = one.last
        read = f"{last.value:g}" + (f" [{last.low:g}, {last.high:g}] {last.method}" if last.low is not None else "") if last else "no reading"
        click.echo(f"  {one.criterion.code}  {one.criterion.name}: {one.criterion.direction.replace('_', ' ')} {one.criterion.target:g}; {read}; {one.standing.word.replace('_', ' ')}")
    for issue in issues:
        click.echo(f"  issue {issue.id}  {issue.severity}, due {issue.due_at:%Y-%m-%d %H:%M}{', escalated' if issue.escalated_at else ''}: {issue.title}")
    click.echo(f"Together: {found.verdict.result}, {found.verdict.why}.")
