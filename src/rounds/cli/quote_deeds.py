"""`rounds quote …`: drafted, changed, approved, handed on, accepted, let go; what was given and received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, WHICH, NotBelow, by_now, deal_of, row_of
from rounds.cli.options import MONEY, PERCENT
from rounds.cli.people import WHO, eyes

if TYPE_CHECKING:
    from rounds.models import Quote, QuoteApproval, QuoteLine, User

QUOTE = click.argument("quote", type=click.UUID)
REASON = click.option("--reason", default="", help="Why.")
UNITS = click.option("--units", type=click.IntRange(1, 1_000_000))
PRICE = click.option("--price", "unit_cents", type=MONEY, help="The list price of one; guided unless said.")
OFF = click.option("--off", "discount_bp", type=PERCENT, help="Percent off its list price.")
MONTH = click.option("--from-month", type=click.IntRange(1, 240), help="The month it begins in; the first unless said.")


def quote_of(user: User, key: UUID, *, change: bool = True) -> Quote:
    """The quote, where one may change its deal, or with `change` False read it."""
    from rounds.models import Quote

    return row_of(user, Quote, key, "opportunity__account__buying_unit", "opportunity__owner", of="opportunity", change=change)


def _line_of(quote: Quote, place: int) -> QuoteLine:
    from rounds.actions.deals.quote_sums import lines_of

    lines = lines_of(quote)
    if not 1 <= place <= len(lines):
        raise NotBelow(f"This quote has {len(lines)} lines; name one by its place, from 1.")
    return lines[place - 1]


def _step_of(quote: Quote) -> QuoteApproval:
    """The step whose turn it is."""
    from rounds.models import QuoteApproval
    from rounds.models.deals.quotes import WAITING

    row = QuoteApproval.objects.filter(WAITING, opportunity=quote.opportunity_id, quote=quote).select_related("quote", "asked").order_by("position").first()
    if row is None:
        raise NotBelow("Nobody is asked about this quote.")
    return row


def _given(from_month: int | None, said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**said, "start_month": None if from_month is None else from_month - 1}.items() if value is not None}


def say(quote: Quote) -> None:
    """What became of it, as one line."""
    click.echo(f"{quote.id}  version {quote.version}, {quote.state}: {quote.annual_cents / 100:,.2f} {quote.currency} a year, {quote.effective_bp / 100:g} % off, "
               f"until {quote.expires_on}")  # fmt: skip


@click.command()
@WHICH
@click.argument("products", nargs=-1, required=True)
@WHO
@click.option("--term", "term_months", type=click.IntRange(1, 240), help="Months.")
@click.option("--off", "total_bp", type=PERCENT, help="Percent off the subtotal.")
@click.option("--until", "expires_on", type=DAY, help="The day it stands until.")
def draft(deal: UUID, products: tuple[str, ...], email: str, **given: Any) -> None:
    """A new quote on a deal with PRODUCTS of the price book, each at its guided price; 3×platform for three units of it."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quotes

        lines = []
        for one in products:
            units, _, product = one.replace("x", "×", 1).rpartition("×") if one[:1].isdigit() else ("", "", one)
            lines.append({"product": product, **({"units": int(units)} if units.isdigit() else {})})
        say(quotes.draft(deal_of(user, deal), lines, **{name: value for name, value in given.items() if value is not None}, **by_now(by)))


@click.command()
@QUOTE
@WHO
@click.option("--name")
@click.option("--model", help="A commercial model of pricing/quotes.yaml.")
@click.option("--payment", help="How it is paid.")
@click.option("--term", "term_months", type=click.IntRange(1, 240), help="Months.")
@click.option("--off", "total_bp", type=PERCENT, help="Percent off the subtotal.")
@click.option("--until", "expires_on", type=DAY, help="The day it stands until.")
@click.option("--free-months", type=click.IntRange(0, 120))
@click.option("--credit", "credit_cents", type=MONEY)
@click.option("--services", "services_cents", type=MONEY, help="Services at no charge.")
@click.option("--poc-weeks", type=click.IntRange(0, 104), help="Weeks of POC beyond the standard.")
@click.option("--strategic/--not-strategic", default=None)
@click.option("--volume/--no-volume", "volume_commitment", default=None)
def change(quote: UUID, email: str, **given: Any) -> None:
    """Change its terms; an approval is void where the offer is another one."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quotes

        say(quotes.change(quote_of(user, quote), {name: value for name, value in given.items() if value is not None}, **by_now(by)))


@click.command("add-line")
@QUOTE
@click.argument("product")
@WHO
@UNITS
@PRICE
@OFF
@MONTH
def add_line(quote: UUID, product: str, email: str, from_month: int | None, **given: Any) -> None:
    """One more line of PRODUCT."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quote_lines

        say(quote_lines.add(quote_of(user, quote), {"product": product, **_given(from_month, given)}, **by_now(by)))


@click.command("change-line")
@QUOTE
@click.argument("place", type=int)
@WHO
@UNITS
@PRICE
@OFF
@MONTH
def change_line(quote: UUID, place: int, email: str, from_month: int | None, **given: Any) -> None:
    """Change the line at PLACE, from 1."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quote_lines

        say(quote_lines.change(_line_of(quote_of(user, quote), place), _given(from_month, given), **by_now(by)))


@click.command("drop-line")
@QUOTE
@click.argument("place", type=int)
@WHO
def drop_line(quote: UUID, place: int, email: str) -> None:
    """Take the line at PLACE off; the last one stays."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quote_lines

        say(quote_lines.remove(_line_of(quote_of(user, quote), place), **by_now(by)))


@click.command()
@QUOTE
@WHO
@REASON
def ask(quote: UUID, email: str, reason: str) -> None:
    """Have it approved: at once where the guidelines ask nobody."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import approvals

        say(approvals.ask(quote_of(user, quote), reason=reason, **by_now(by)))


@click.command()
@QUOTE
@click.argument("decision", type=click.Choice(["approved", "refused"]))
@WHO
@click.option("--words", default="", help="A no says what has to change.")
def decide(quote: UUID, decision: str, email: str, words: str) -> None:
    """Say yes or no to the step whose turn it is, as whoever may."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import approvals

        row = quote_of(user, quote, change=False)
        approvals.decide(_step_of(row), decision, words=words, **by_now(by))
        row.refresh_from_db()
        say(row)


@click.command()
@QUOTE
@click.argument("to")
@WHO
@click.option("--why", default="", help="Why.")
def hand(quote: UUID, to: str, email: str, why: str) -> None:
    """Hand the step whose turn it is to somebody who stands in: TO, an e-mail address."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import approval_moves
        from rounds.actions.people.users import colleague

        row = approval_moves.hand(_step_of(quote_of(user, quote, change=False)), colleague(to), why=why, **by_now(by))
        click.echo(f"It lies with {row.asked.name} now.")


@click.command()
@QUOTE
@WHO
def revise(quote: UUID, email: str) -> None:
    """A further version of it, a draft."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quotes

        say(quotes.revise(quote_of(user, quote), **by_now(by)))


@click.command()
@QUOTE
@WHO
@REASON
def accept(quote: UUID, email: str, reason: str) -> None:
    """The customer takes it; the deal carries its amount."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quotes

        say(quotes.accept(quote_of(user, quote), reason=reason, **by_now(by)))


@click.command("let-go")
@QUOTE
@WHO
@REASON
def let_go(quote: UUID, email: str, reason: str) -> None:
    """Take it off the table."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import quotes

        say(quotes.let_go(quote_of(user, quote), reason=reason, **by_now(by)))


@click.command()
@WHICH
@click.argument("side", type=click.Choice(["given", "received"]))
@click.argument("kind")
@WHO
@click.option("--words", default="", help="What it was.")
@click.option("--worth", "worth_cents", type=MONEY)
def concede(deal: UUID, side: str, kind: str, email: str, words: str, worth_cents: int | None) -> None:
    """Write down what was given or received in the negotiation of a deal, by a KIND of the playbook."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import concessions

        row = concessions.log(deal_of(user, deal), side, kind, words=words, worth_cents=worth_cents, **by_now(by))
        click.echo(f"{row.id}  {row.side}: {row.kind}")


DEEDS = (draft, change, add_line, change_line, drop_line, ask, decide, hand, revise, accept, let_go, concede)
