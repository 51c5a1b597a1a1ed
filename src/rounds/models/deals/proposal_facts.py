"""What a proposal is written from: each item of the playbook read from the records of the deal (PRICE-07).

A writer is a function of what is known that answers blocks of plain data, or None where the record is not there: then
the item is empty and the proposal says what is missing. Nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.apps import apps

from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.pricing import roi_of
from rounds.models.deals.quotes import Quote, QuoteLine
from rounds.playbook import Playbook
from rounds.rules.pricing.quote import YEAR, Sums, instalments

Block = dict[str, Any]
"""{"text": …}, {"rows": [[label, value]]}, {"table": {"head": […], "rows": [[…]], "total": […]}} or {"list": […]}."""
Writer = Callable[["Known"], list[Block] | None]
WRITERS: dict[str, tuple[Writer, str]] = {}


@dataclass
class Known:
    """The records behind one proposal; each is read once, when the first item asks for it."""

    deal: Opportunity
    quote: Quote
    lines: list[QuoteLine]
    sums: Sums
    book: Playbook
    at: datetime
    until: date
    """The last day of the proposal: what the paper says, too."""

    @cached_property
    def roi(self) -> Any | None:
        return roi_of(self.deal)

    @cached_property
    def found_out(self) -> dict[str, list[Any]]:
        """What discovery wrote down, by kind."""
        rows: dict[str, list[Any]] = {}
        model = _model("DiscoveryRecord")
        for row in model.objects.filter(opportunity=self.deal, withdrawn_at=None).order_by("at") if model else ():
            rows.setdefault(row.kind, []).append(row)
        return rows

    @cached_property
    def criteria(self) -> list[Any]:
        """The criteria of the deal's last proof of concept, in the version in force."""
        model = _model("PocCriterion")
        poc = _model("Poc").objects.filter(opportunity=self.deal).exclude(state="abandoned").order_by("-at").first() if model else None
        return list(model.objects.filter(poc=poc, version=poc.version).order_by("place")) if model and poc else []

    def money(self, cents: int) -> str:
        return money(cents, self.quote.currency)


def money(cents: int, currency: str = "USD") -> str:
    """An amount as it is agreed: $1,234,567 or $1,234,567.89."""
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(currency, f"{currency} ")
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{sign}{whole:,}" + (f".{rest:02}" if rest else "")


def percent(bp: int) -> str:
    return f"{bp / 100:g} %"


def _model(name: str) -> Any | None:
    try:
        return apps.get_model("rounds", name)
    except LookupError:
        return None


def writer(source: str, missing: str) -> Callable[[Writer], Writer]:
    """Register the function as what writes from `source`; `missing` says what to do where it finds nothing."""

    def keep(does: Writer) -> Writer:
        WRITERS[source] = (does, missing)
        return does

    return keep


def written(known: Known, by_hand: dict[str, str]) -> list[dict[str, Any]]:
    """The sections with their items: what people wrote, else what the records give, else what is missing."""
    found = []
    for section in known.book.proposal.sections:
        items = [_item(known, item, by_hand.get(item.item, "")) for item in section.items]
        found.append({"section": section.section, "title": section.title, "items": items})
    return found


def _item(known: Known, item: Any, text: str) -> dict[str, Any]:
    does, missing = WRITERS[item.from_]
    blocks = [{"text": line} for line in text.split("\n\n") if line.strip()] if text.strip() else does(known)
    return {"item": item.item, "title": item.title, "blocks": blocks or [], "by_hand": bool(text.strip()), "missing": "" if blocks else missing}


@writer("quote_lines", "Put a product on the quote.")
def _overview(known: Known) -> list[Block] | None:
    if not known.lines:
        return None
    count = [f"{line.title}, {line.units:,} {line.unit if line.units == 1 else line.unit + 's'}" for line in known.lines]
    return [{"text": f"For {known.deal.account.name} we propose:"}, {"list": count}]


@writer("business_case", "Calculate the ROI of the proof of concept, or write the business case by hand.")
def _case(known: Known) -> list[Block] | None:
    roi = known.roi
    if roi is None:
        return None
    rows = [["Cost savings a year", known.money(roi.savings_cents)], ["Revenue impact a year", known.money(roi.revenue_cents)],
            [f"Net benefit over {roi.term_months} months", known.money(roi.net_cents)]]  # fmt: skip
    rows += [["Return on investment", f"{roi.percent} %"]] if roi.percent else []
    rows += [["Pays back after", f"{roi.payback} months"]] if roi.payback else []
    return [{"rows": rows}]


@writer("investment", "Put a product on the quote.")
def _investment(known: Known) -> list[Block] | None:
    quote, sums = known.quote, known.sums
    rows = [["Yearly, once all is live", known.money(sums.annual_cents)], ["One-time", known.money(sums.once_cents)],
            [f"Over the term of {quote.term_months} months", known.money(sums.paid_cents)]]  # fmt: skip
    if sums.given_cents:
        rows.append(["Included at no charge or taken off", f"{known.money(sums.given_cents)} ({percent(sums.effective_bp)} of {known.money(sums.value_cents)})"])
    return [{"rows": rows}]


@writer("pricing", "Put a product on the quote.")
def _pricing(known: Known) -> list[Block] | None:
    rows = []
    for line, sums in zip(known.lines, known.sums.lines, strict=True):
        per = "once" if line.kind == "once" else "a year"
        rows.append([line.title + (f" from month {line.start_month + 1}" if line.start_month else ""), f"{line.units:,}",
                     f"{known.money(line.unit_cents)} {per}", percent(line.discount_bp) if line.discount_bp else "", known.money(sums.subtotal_cents)])  # fmt: skip
    blocks: list[Block] = [{"table": {"head": ["", "Units", "Price of one", "Off list", f"Over {known.quote.term_months} months"], "rows": rows, "total": []}}]
    return [*blocks, {"rows": _below_the_line(known)}] if rows else None


def _below_the_line(known: Known) -> list[list[str]]:
    """From the subtotal of the lines to what is paid."""
    quote, sums = known.quote, known.sums
    found = [["Subtotal", known.money(sums.list_cents - sums.off_cents)]]
    found += [[f"{percent(quote.total_bp)} off the subtotal", known.money(-sums.off_total_cents)]] if sums.off_total_cents else []
    found += [[f"{quote.free_months} {'month' if quote.free_months == 1 else 'months'} free", known.money(-sums.free_cents)]] if sums.free_cents else []
    found += [["Credit", known.money(-sums.credit_cents)]] if sums.credit_cents else []
    found += [["Services at no charge, worth", known.money(sums.services_cents)]] if sums.services_cents else []
    found += [[f"{quote.poc_weeks} further weeks of proof of concept, worth", known.money(sums.poc_cents)]] if sums.poc_cents else []
    return [*found, ["Total", known.money(sums.paid_cents)]]


@writer("payment", "Choose how the quote is paid.")
def _payment(known: Known) -> list[Block] | None:
    payment = next((one for one in known.book.quotes.payments if one.payment == known.quote.payment), None)
    if payment is None:
        return None
    parts = instalments(known.sums.paid_cents, term_months=known.quote.term_months, per_year=payment.per_year,
                        shares=[share.percent for share in payment.shares])  # fmt: skip
    if payment.shares:
        return [{"text": payment.title}, {"rows": [[share.when, known.money(part)] for share, part in zip(payment.shares, parts, strict=True)]}]
    gap = YEAR // (payment.per_year or 1)
    shown = [[f"Month {1 + place * gap}", known.money(part)] for place, part in enumerate(parts)]
    return [{"text": f"{payment.title}, {len(parts)} {'payment' if len(parts) == 1 else 'payments'}"}, {"rows": shown}]


@writer("contract", "Say how long the quote runs.")
def _contract(known: Known) -> list[Block] | None:
    model = next((one for one in known.book.quotes.models if one.model == known.quote.model), None)
    return [{"rows": [["Model", f"{model.title}: {model.says[:1].lower()}{model.says[1:]}" if model else known.quote.model],
                      ["Term", f"{known.quote.term_months} months"], ["This offer stands until", f"{known.until:%-d %B %Y}"]]}]  # fmt: skip


@writer("timeline", "Say how long the phases take.")
def _timeline(known: Known) -> list[Block] | None:
    weeks = known.book.proposal.weeks
    return [{"rows": [["Project team, communication, success metrics", f"to week {weeks.initiation}"],
                      ["Configuration, data integration, security, tests", f"to week {weeks.technical}"],
                      ["Training of administrators and users", f"to week {weeks.training}"], ["Go-live and stabilization", f"to week {weeks.go_live}"]]}]  # fmt: skip


@writer("architecture", "Write down the system architecture in discovery.")
def _architecture(known: Known) -> list[Block] | None:
    rows = known.found_out.get("architecture", []) + known.found_out.get("data_flow", [])
    return [{"list": [row.text for row in rows]}] if rows else None


@writer("integration", "Find out which EHR they run, and write down what the integration asks for.")
def _integration(known: Known) -> list[Block] | None:
    rows = [row.text for row in known.found_out.get("integration", [])]
    ehr = known.deal.account.ehr_vendor or known.deal.account.ehr
    rows += [f"Connects to {ehr}."] if ehr and ehr != "Other/Unknown" else []
    return [{"list": rows}] if rows else None


@writer("success", "Agree on the criteria in the proof of concept, or on success metrics in discovery.")
def _success(known: Known) -> list[Block] | None:
    if known.criteria:
        word = {"at_least": "at least", "at_most": "at most"}
        return [{"rows": [[one.name, f"{word.get(one.direction, '')} {_target(one)}"] for one in known.criteria]}]
    said = known.found_out.get("success_criterion", [])
    return [{"rows": [[row.measure or row.text, f"from {row.baseline or '—'} to {row.target or '—'}" if row.measure else ""] for row in said]}] if said else None


def _target(criterion: Any) -> str:
    return f"{criterion.target * 100:g} %" if criterion.kind == "share" else f"{criterion.target:g} {criterion.unit}".strip()


@writer("security", "Write what security they may expect.")
def _security(known: Known) -> list[Block] | None:
    own = [{"list": [row.text for row in rows]}] if (rows := known.found_out.get("security", [])) else []
    return [*(_ours("security")(known) or []), *own]


def _ours(name: str) -> Writer:
    def say(known: Known) -> list[Block] | None:
        text = known.book.proposal.texts.get(name)
        return [{"text": text.text}] if text else None

    return say


for _name in ("approach", "support", "service_levels", "resources", "risks"):
    writer(_name, "Write it by hand, or for all proposals in pricing/proposal.yaml.")(_ours(_name))
