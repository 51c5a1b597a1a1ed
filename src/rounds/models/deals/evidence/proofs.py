"""Evidence of demos and proofs of concept: feedback, technical validation, objectives, ROI, adoption, the roll-out plan."""

from __future__ import annotations

from rounds.kit.once import once
from rounds.models.deals.demo_said import feedback_of
from rounds.models.deals.demos import Demo, DemoQuestion
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.poc_standing import PocStanding, stands
from rounds.models.deals.poc_work import PocRoi
from rounds.models.deals.pocs import Poc, PocSigning
from rounds.models.flow.days import house_day

CUSTOMER = "customer"


@evidence("demo.feedback_positive")
def feedback(deal: Opportunity) -> Evidence:
    """The mean of the last word of each who came, over all demos held, and no blocker (DEMO-06)."""
    held = list(Demo.objects.filter(opportunity=deal, state="held").order_by("-starts_at"))
    if not held:
        planned = Demo.objects.filter(opportunity=deal, state="planned").order_by("starts_at").first()
        if planned is not None:
            return Evidence("missing", f"a demo is planned for {house_day(planned.starts_at):%d %b}", f"/demos/{planned.id}/", "Hold the demo", due=house_day(planned.starts_at))
        return Evidence("missing", "no demo was held", f"/opportunities/{deal.id}/demos/new/", "Book a demo")
    found, url = feedback_of(held), f"/demos/{held[0].id}/"
    if found.word == "unknown":
        return Evidence("missing", found.why, url, "Collect feedback of those who came")
    return Evidence("met" if found.word == "positive" else "missing", found.why, url, "" if found.word == "positive" else "Take up their concerns")


@evidence("demo.technical_validated")
def technical(deal: Opportunity) -> Evidence:
    """A technical demo was held, and no question of any demo is open."""
    held = Demo.objects.filter(opportunity=deal, state="held", kind="technical").order_by("-starts_at").first()
    if held is None:
        return Evidence("missing", "no technical demo was held", f"/opportunities/{deal.id}/demos/new/?kind=technical", "Book a technical demo")
    open_ = list(DemoQuestion.objects.filter(opportunity=deal, answered_at=None).select_related("owner").order_by("due_on")[:50])
    if open_:
        first = open_[0]
        says = f"{len(open_)} {'question' if len(open_) == 1 else 'questions'} open"
        return Evidence("missing", says, f"/demos/{first.demo_id}/", f"Answer: {first.question[:80]}", first.owner.name if first.owner else "", first.due_on)
    return Evidence("met", "shown, and every question answered", f"/demos/{held.id}/")


@once
def _poc(deal: Opportunity) -> Poc | None:
    """The POC that counts: the one that is open, else the last one that was not given up."""
    rows = Poc.objects.filter(opportunity=deal).select_related("lead").order_by("-at")
    return next((poc for poc in rows if poc.is_open), None) or next((poc for poc in rows if poc.state == "ended"), None)


def _none(deal: Opportunity) -> Evidence:
    return Evidence("missing", "no proof of concept yet", f"/opportunities/{deal.id}/", "Agree on a proof of concept")


@evidence("poc.objectives_met")
def objectives(deal: Opportunity) -> Evidence:
    """A success the customer signed off; before that, how many criteria are met and which is furthest away."""
    poc = _poc(deal)
    if poc is None:
        return _none(deal)
    url, whose = f"/pocs/{poc.id}/", poc.lead.name if poc.lead else ""
    signed = poc.readout_on is not None and PocSigning.objects.filter(poc=poc, what="result", signed_on__gte=poc.readout_on).exists()
    if poc.result == "success" and signed:
        return Evidence("met", "success, signed off by the customer", url)
    if poc.result == "success":
        return Evidence("missing", "success, not signed off", url, "Have the customer sign the result off", CUSTOMER, poc.decision_due_on)
    if poc.result:
        return Evidence("missing", f"the result is {poc.result}", url, "Decide: extend once, or stop", whose, poc.decision_due_on)
    if poc.state in ("draft", "agreed"):
        return Evidence("missing", f"it is {'a draft' if poc.state == 'draft' else 'agreed, and has not begun'}", url,
                        "Agree on it" if poc.state == "draft" else "Kick it off", whose)  # fmt: skip
    found = stands(poc)
    return Evidence("missing", f"{found.met_words} criteria met" if found.measured else "no criteria agreed", url, _next(found), whose, poc.ends_on)


def _next(found: PocStanding) -> str:
    """The mandatory criterion that is furthest away, else any."""
    open_ = [one for one in found.measured if one.standing.word != "met"]
    worst = min(open_, key=lambda one: (not one.criterion.mandatory, one.standing.attained), default=None)
    return f"Raise “{worst.criterion.name}”" if worst else "Hold the readout"


@evidence("poc.roi_demonstrated")
def roi(deal: Opportunity) -> Evidence:
    """An ROI sheet with a gain, signed by the customer as it stands."""
    poc = _poc(deal)
    if poc is None:
        return _none(deal)
    url = f"/pocs/{poc.id}/roi/"
    sheet = PocRoi.objects.filter(poc=poc).order_by("-number").first()
    if sheet is None:
        return Evidence("missing", "not counted", url, "Count the ROI", poc.lead.name if poc.lead else "")
    if sheet.net_cents <= 0:
        return Evidence("missing", f"{sheet.percent or 0} % over {sheet.term_months} months: no gain", url, "Look at the inputs again")
    if PocSigning.objects.filter(poc=poc, what="roi", version=sheet.number).exists():
        return Evidence("met", f"{sheet.percent} % over {sheet.term_months} months, signed" if sheet.percent else "a gain, signed", url)
    return Evidence("missing", f"{sheet.percent} %, unsigned" if sheet.percent else "unsigned", url, "Get the ROI sheet signed", CUSTOMER)


@evidence("poc.adoption_confirmed")
def adoption(deal: Opportunity) -> Evidence:
    """Every criterion of adoption is met by its last reading."""
    poc = _poc(deal)
    if poc is None:
        return _none(deal)
    url, rows = f"/pocs/{poc.id}/", [one for one in stands(poc).measured if one.criterion.category == "adoption"]
    if not rows:
        return Evidence("unknown", "no criterion of adoption was agreed", url, "Say by hand how the users took to it")
    open_ = [one for one in rows if one.standing.word != "met"]
    if not open_:
        return Evidence("met", "every criterion of adoption is met", url)
    return Evidence("missing", f"{open_[0].criterion.name}: {open_[0].standing.why}", url, f"Raise “{open_[0].criterion.name}”",
                    poc.lead.name if poc.lead else "", poc.ends_on)  # fmt: skip


@evidence("poc.plan_validated")
def plan(deal: Opportunity) -> Evidence:
    """The roll-out plan as it stands, accepted by the customer."""
    poc = _poc(deal)
    if poc is None:
        return _none(deal)
    url, version = f"/pocs/{poc.id}/", (poc.conversion_plan or {}).get("version", 0)
    if not version:
        return Evidence("missing", "no roll-out plan drafted", url, "Draft the roll-out plan", poc.lead.name if poc.lead else "")
    signed = PocSigning.objects.filter(poc=poc, what="plan", version=version).select_related("contact").first()
    if signed is not None:
        return Evidence("met", f"version {version}, accepted {signed.signed_on:%d %b}", url)
    return Evidence("missing", f"version {version}, not accepted yet", url, "Have the roll-out plan accepted", CUSTOMER)
