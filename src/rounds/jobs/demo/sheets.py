"""How the leads of the demo got as far as they did: sheets filled in calls, gates passed, deals opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rounds.actions.leads import converting, gate, qualifying, statuses
from rounds.kit.actor import Actor
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.playbook.shapes.life import Dimension

NOTES = ("Said in the first call", "The CIO confirmed it", "From their annual report", "")
LOST = (("no_budget", "Nothing left this fiscal year"), ("competitor", "Takes what their EHR vendor offers"),
        ("not_a_fit", "A student, not a buyer"), ("unreachable", ""))  # fmt: skip


def fill(lead: Lead, random: Random, *, by: Actor, at: datetime, whole: bool) -> None:
    """Answer a sheet: the whole gate, or as much as one call gave."""
    book = active().playbook.qualification
    asked = list(book.asked) if whole else random.sample(book.asked, random.randint(1, 4))
    for entry in asked:
        for item in _some(entry, random, whole):
            at += timedelta(seconds=20)
            said = "yes" if whole or random.random() < 0.75 else "no"
            qualifying.answer(lead, item, said, by=by, at=at, note=random.choice(NOTES))
    if not whole and random.random() < 0.3:
        paired = {item for pair in book.contradictions.pairs for item in pair}
        flag = random.choice([flag for entry in asked for flag in entry.flags if flag.item not in paired])
        qualifying.answer(lead, flag.item, "yes", by=by, at=at + timedelta(seconds=20), note="They said so themselves")


def fill_least(lead: Lead, random: Random, *, by: Actor, at: datetime) -> None:
    """Answer just as much of the money, power, need and time as the gate asks: what a busy seller writes down."""
    book = active().playbook.qualification
    reading = book.readings[book.reading]
    for entry in book.asked:
        if entry.kind == "bant":
            for item in entry.indicators[: reading.dimensions.get(entry.dimension, reading.bant).at_least]:
                at += timedelta(seconds=20)
                qualifying.answer(lead, item.item, "yes", by=by, at=at, note=random.choice(NOTES))


def _some(entry: Dimension, random: Random, whole: bool) -> list[str]:
    items = [item.item for item in entry.indicators]
    most = len(items)
    return sorted(random.sample(items, random.randint(most - 1, most) if whole else random.randint(1, most)), key=items.index)


def close_flags(lead: Lead, *, by: Actor, at: datetime) -> None:
    """What the data holds against a lead (a sceptic on its committee, say) was talked through before it qualified."""
    holds = gate.standing_sheet(lead, at=at).holds
    for entry in active().playbook.qualification.asked:
        for flag in entry.flags:
            if holds[flag.item].answer == "yes":
                qualifying.answer(lead, flag.item, "no", by=by, at=at, note="Talked through with them in a second call")


def settle(lead: Lead, status: str, random: Random, *, by: Actor, at: datetime) -> None:
    """Bring a lead to `status` the way people do."""
    if status in ("Qualified", "Converted"):
        fill(lead, random, by=by, at=at - timedelta(hours=2), whole=True)
        close_flags(lead, by=by, at=at - timedelta(hours=1))
        qualifying.qualify(lead, by=by, at=at)
        if status == "Converted":
            converting.convert(lead, by=by, at=at + timedelta(minutes=5))
        return
    if random.random() < 0.5:
        fill(lead, random, by=by, at=at - timedelta(hours=2), whole=False)
    if status == "Disqualified":
        code, reason = random.choice(LOST)
        statuses.set_status(lead, status, by=by, at=at, code=code, reason=reason)
    elif status != "New":
        statuses.set_status(lead, status, by=by, at=at, reason="Asks to be called again next year")
