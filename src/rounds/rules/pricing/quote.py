"""What a quote comes to over its term, to the cent: list, discounts by their base, giveaways, yearly amount, floors.

Two bases, said everywhere: a line's discount is taken off its list price, the discount on the total off what the lines
come to after that. Free months, credits, services and a longer POC are giveaways; with them the discount is effective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rounds.kit.refusal import Refusal
from rounds.rules.pricing.cents import BASE, over, part, split

YEAR = 12
WEEKS = 52
MOST_CENTS = 10**14
"""Above a million million dollars somebody's finger slipped."""


class QuoteWrong(Refusal):
    """These figures make no quote."""

    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `kind` recurring or usage (a year's price, from month `start` of the term on) or once. `least_cents` and
    `cost_cents` are of one unit, as `unit_cents` is."""

    kind: str
    units: int
    unit_cents: int
    discount_bp: int = 0
    start: int = 0
    least_cents: int = 0
    cost_cents: int = 0

    @property
    def recurs(self) -> bool:
        return self.kind != "once"


@dataclass(frozen=True, slots=True)
class Asked:
    """A quote as it is asked for. `poc_weeks` are weeks beyond the standard, given at no charge."""

    lines: tuple[Line, ...]
    term_months: int
    total_bp: int = 0
    free_months: int = 0
    credit_cents: int = 0
    services_cents: int = 0
    poc_weeks: int = 0


@dataclass(frozen=True, slots=True)
class LineSum:
    """A line over the term: list, its own discount, its share of the discount on the total, of free months and credits,
    and what is left. `under_floor`: what is left of a unit is less than its least."""

    list_cents: int
    off_cents: int
    off_total_cents: int
    free_cents: int
    credit_cents: int
    cost_cents: int
    least_cents: int

    @property
    def subtotal_cents(self) -> int:
        return self.list_cents - self.off_cents

    @property
    def paid_cents(self) -> int:
        return self.subtotal_cents - self.off_total_cents - self.free_cents - self.credit_cents

    @property
    def under_floor(self) -> bool:
        return self.paid_cents < self.least_cents


@dataclass(frozen=True, slots=True)
class Sums:
    """The whole quote. `value_cents` is all that is delivered at list, giveaways included; `paid_cents` what is paid."""

    lines: tuple[LineSum, ...]
    list_cents: int
    off_cents: int
    off_total_cents: int
    free_cents: int
    credit_cents: int
    services_cents: int
    poc_cents: int
    annual_cents: int
    once_cents: int
    paid_cents: int

    @property
    def value_cents(self) -> int:
        return self.list_cents + self.services_cents + self.poc_cents

    @property
    def given_cents(self) -> int:
        return self.value_cents - self.paid_cents

    @property
    def stated_bp(self) -> int:
        """The discount that is said: off the lines and the total, of the list."""
        return over((self.off_cents + self.off_total_cents) * BASE, self.list_cents) if self.list_cents else 0

    @property
    def effective_bp(self) -> int:
        """The discount with everything that was given (PLUS-25), in hundredths of a percent, half-up: rounding a line to the
        cent pushes nobody over a bound."""
        return over(self.given_cents * BASE, self.value_cents) if self.value_cents else 0

    @property
    def cost_cents(self) -> int:
        return sum(line.cost_cents for line in self.lines)

    @property
    def margin_bp(self) -> int | None:
        """What is left of what is paid after what it costs us; None where nothing is paid."""
        return over((self.paid_cents - self.cost_cents) * BASE, self.paid_cents) if self.paid_cents else None

    @property
    def under_floor(self) -> bool:
        return any(line.under_floor for line in self.lines)


def add_up(asked: Asked) -> Sums:
    """The sums of a quote. Raises QuoteWrong (422) naming the figure that is wrong."""
    _sane(asked)
    lines = [_line(line, asked.term_months) for line in asked.lines]
    subtotals = [line.subtotal_cents for line in lines]
    lines = [replace(line, off_total_cents=off) for line, off in
             zip(lines, split(part(sum(subtotals), asked.total_bp), subtotals), strict=True)]  # fmt: skip
    recurring = [line.paid_cents if of.recurs else 0 for of, line in zip(asked.lines, lines, strict=True)]
    free = over(sum(recurring) * asked.free_months, asked.term_months)
    lines = [replace(line, free_cents=cents) for line, cents in zip(lines, _shared(free, recurring), strict=True)]
    left = [line.paid_cents for line in lines]
    if asked.credit_cents > sum(left):
        raise QuoteWrong("The credit is more than what is left to pay; make it smaller.", field="credit_cents")
    lines = [replace(line, credit_cents=cents) for line, cents in zip(lines, _shared(asked.credit_cents, left), strict=True)]
    return _sums(asked, lines)


def _shared(cents: int, weights: list[int]) -> list[int]:
    return split(cents, weights) if any(weights) else [0] * len(weights)


def _line(line: Line, term: int) -> LineSum:
    months = term - line.start if line.recurs else YEAR
    whole = line.units * months
    listed = over(line.unit_cents * whole, YEAR)
    return LineSum(listed, part(listed, line.discount_bp), 0, 0, 0, over(line.cost_cents * whole, YEAR), over(line.least_cents * whole, YEAR))


def _sums(asked: Asked, lines: list[LineSum]) -> Sums:
    def total(name: str) -> int:
        return sum(getattr(line, name) for line in lines)

    pairs = list(zip(asked.lines, lines, strict=True))
    yearly = sum(of.units * of.unit_cents for of in asked.lines if of.recurs)
    return Sums(
        lines=tuple(lines), list_cents=total("list_cents"), off_cents=total("off_cents"), off_total_cents=total("off_total_cents"),
        free_cents=total("free_cents"), credit_cents=total("credit_cents"), services_cents=asked.services_cents,
        poc_cents=over(yearly * asked.poc_weeks, WEEKS), annual_cents=_annual(asked),
        once_cents=sum(line.subtotal_cents - line.off_total_cents for of, line in pairs if not of.recurs), paid_cents=total("paid_cents"),
    )  # fmt: skip


def _annual(asked: Asked) -> int:
    """A full year of everything that recurs, after the discounts: the recurring amount of the deal once all is live."""
    yearly = [line.units * line.unit_cents for line in asked.lines if line.recurs]
    after = sum(whole - part(whole, line.discount_bp) for whole, line in
                zip(yearly, (line for line in asked.lines if line.recurs), strict=True))  # fmt: skip
    return after - part(after, asked.total_bp)


def _sane(asked: Asked) -> None:
    """Nothing negative, no discount beyond the whole, no line that begins when the term is over."""
    if not asked.lines:
        raise QuoteWrong("A quote has at least one line; add a product.", field="lines")
    if asked.term_months < 1:
        raise QuoteWrong("The term is at least one month.", field="term_months")
    for name, bp in (("total_bp", asked.total_bp), *(("discount_bp", line.discount_bp) for line in asked.lines)):
        if not 0 <= bp <= BASE:
            raise QuoteWrong("A discount lies between 0 and 100 percent.", field=name)
    for line in asked.lines:
        if line.units < 1:
            raise QuoteWrong("A line has at least one unit; remove it instead.", field="units")
        if not 0 <= line.unit_cents <= MOST_CENTS or line.units * line.unit_cents > MOST_CENTS:
            raise QuoteWrong("A price is 0 or more, and no line is worth more than a million million dollars.", field="unit_cents")
        if not 0 <= line.start < asked.term_months:
            raise QuoteWrong("A line begins within the term; the first month is 0.", field="start")
    if not 0 <= asked.free_months < asked.term_months:
        raise QuoteWrong("Free months are fewer than the term has.", field="free_months")
    for name in ("credit_cents", "services_cents", "poc_weeks"):
        if not 0 <= getattr(asked, name) <= MOST_CENTS:
            raise QuoteWrong("What is given is 0 or more.", field=name)


def instalments(paid_cents: int, *, term_months: int, per_year: int | None, shares: Sequence[int]) -> list[int]:
    """What is paid when, the parts summing to the whole: equal ones over the term, or by shares in percent."""
    if shares:
        return split(paid_cents, list(shares))
    gap = YEAR // (per_year or 1)
    lengths = [min(gap, term_months - begun) for begun in range(0, term_months, gap)]
    return split(paid_cents, lengths)
