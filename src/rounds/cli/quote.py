"""`rounds quote …`: what is quoted, what waits for a yes, and what is done with a quote."""

from __future__ import annotations

import json
from uuid import UUID

import click

from rounds.cli.people import eyes
from rounds.cli.quote_deeds import DEEDS
from rounds.kit.refusal import Refusal


class NoSuchQuote(Refusal):
    """There is no such quote, or you do not see it; `rounds quote list` shows yours with their ids."""

    status = 404


@click.group("quote")
def command() -> None:
    """List quotes, look at one, work on it until it is accepted."""


for deed in DEEDS:
    command.add_command(deed)


@command.command("list")
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes; what they see is shown.")
@click.option("--waiting", is_flag=True, help="Only what waits for an approval.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, waiting: bool, as_json: bool) -> None:
    """Quotes that may still become something, the next to run out first (at most 200)."""
    with eyes(email):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.models import Quote
        from rounds.models.deals.quotes import OPEN_STATES

        rows = visible(Quote, current()).filter(state__in=("asked",) if waiting else OPEN_STATES).select_related("opportunity").order_by("expires_on", "id")[:200]
        told = [{"id": str(row.id), "name": row.name, "version": row.version, "state": row.state, "deal": row.opportunity.name, "annual_cents": row.annual_cents,
                 "effective_bp": row.effective_bp, "expires_on": row.expires_on.isoformat()} for row in rows]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told:
        click.echo(f"{one['id']}  {one['expires_on']}  {one['state']:<8}  {one['annual_cents'] / 100:>14,.2f}  {one['effective_bp'] / 100:>5g} %  {one['deal']}")
    click.echo(f"{len(told)} {'wait' if waiting else 'open'}.")


@command.command()
@click.argument("quote", type=click.UUID)
@click.option("--as", "email", metavar="EMAIL", required=True, help="Whose eyes.")
def show(quote: UUID, email: str) -> None:
    """One quote with its lines and how it stands to the guidelines, as JSON."""
    with eyes(email):
        from rounds.access.scope import visible
        from rounds.access.sight import current
        from rounds.actions.deals.quote_sums import lines_of, look
        from rounds.models import Quote

        row = visible(Quote, current()).select_related("opportunity__account__buying_unit").filter(pk=quote).first()
        if row is None:
            raise NoSuchQuote
        lines = lines_of(row)
        sums, check = look(row, lines)
    click.echo(json.dumps({
        "id": str(row.id), "name": row.name, "version": row.version, "state": row.state, "deal": row.opportunity.name, "term_months": row.term_months,
        "lines": [{"title": line.title, "units": line.units, "unit_cents": line.unit_cents, "discount_bp": line.discount_bp, "subtotal_cents": of.subtotal_cents}
                  for line, of in zip(lines, sums.lines, strict=True)],
        "annual_cents": sums.annual_cents, "paid_cents": sums.paid_cents, "effective_bp": sums.effective_bp, "result": check.verdict,
        "ceiling_bp": check.ceiling, "approvals": list(check.asks), "under_floor": check.under_floor}, indent=2))  # fmt: skip
