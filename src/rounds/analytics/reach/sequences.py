"""What came of each sequence, of each step and variant, of each segment and tier (COMM-15).

An answer, a meeting, a way out and a bounce end an enrolment; they are counted for the last letter that went before, or for
the letter that was answered where capture knows it. A person who follows a link and a machine that does are counted apart;
a picture that was fetched is counted nowhere, for gateways fetch every one. As many queries for a hundred sequences as for one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Enrolment, EnrolmentStep, Message, MessageHit
from rounds.models.reach.messages import WENT
from rounds.playbook.shapes.reaching import Trial
from rounds.rules.reach.rates import Rate, rate
from rounds.rules.reach.variants import Arm, Compared, compare


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence, or one part of its enrolments (a segment, a tier), in numbers. People, but for `sent` and `delivered`: letters."""

    enrolled: int = 0
    active: int = 0
    paused: int = 0
    sent: int = 0
    delivered: int = 0
    answered: int = 0
    meetings: int = 0
    unsubscribed: int = 0
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Letters:
    """One variant of one step: letters that went and what came of them. `machines`: letters whose links a machine followed."""

    step: str
    variant: str
    sent: int = 0
    delivered: int = 0
    answered: int = 0
    meetings: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    people: int = 0
    machines: int = 0
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step with its variants, how the two with most letters compare, and how many wait for it, did it, passed it over."""

    step: str
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    variants: tuple[Letters, ...] = ()
    compared: Compared | None = None
    whole: Letters = field(default_factory=lambda: Letters("", ""))


ANSWERED = Q(ended_for="reply") | Q(Exists(Message.objects.filter(enrolment=OuterRef("pk"), direction="out", answered_at__isnull=False)))
OUTCOMES: dict[str, Any] = {
    "enrolled": Count("id"), "active": Count("id", filter=Q(state="active")), "paused": Count("id", filter=Q(state="paused")),
    "answered": Count("id", filter=ANSWERED), "meetings": Count("id", filter=Q(ended_for="meeting")),
    "unsubscribed": Count("id", filter=Q(ended_for="unsubscribe")), "bounced": Count("id", filter=Q(ended_for="bounce")),
}  # fmt: skip
SENT = {"sent": Count("id"), "delivered": Count("id", filter=Q(state="sent"))}


def letters_seen(scope: Scope) -> QuerySet[Message]:
    """The letters of sequences that went and that `scope` sees."""
    return visible(Message, scope).filter(direction="out", enrolment__isnull=False, state__in=WENT)


def lines(scope: Scope) -> dict[str, Line]:
    """Sequence → its numbers, of the enrolments `scope` sees. Two queries."""
    return joined(visible(Enrolment, scope), letters_seen(scope), "sequence", "enrolment__sequence")


def by_part(code: str, scope: Scope, part: str) -> dict[str, Line]:
    """The enrolments of one sequence by `segment` or by `tier` of their account: part → numbers; "" where it is not known."""
    rows, sent = visible(Enrolment, scope).filter(sequence=code), letters_seen(scope).filter(enrolment__sequence=code)
    if part == "tier":
        return joined(rows, sent, "account__tier", "enrolment__account__tier")
    return joined(rows.annotate(part=segment_of("")), sent.annotate(part=segment_of("enrolment__")), "part", "part")


def segment_of(before: str) -> Coalesce:
    """The segment of the account, or that of the lead; "" for neither."""
    none = Value("", output_field=TextField())
    return Coalesce(NullIf(F(f"{before}account__segment"), none), F(f"{before}lead__segment"), none)


def joined(rows: QuerySet, letters: QuerySet, key: str, of_letters: str, outcomes: dict[str, Any] = OUTCOMES) -> dict[str, Line]:
    """Enrolments counted by `key` and their letters by `of_letters`: part → numbers. Two queries."""
    found = {_name(one.pop(key)): one for one in rows.order_by().values(key).annotate(**outcomes)}
    for one in letters.order_by().values(of_letters).annotate(**SENT):
        found.setdefault(_name(one.pop(of_letters)), {}).update(one)
    return {name: Line(**said) for name, said in found.items()}


def _name(part: object) -> str:
    return "" if part is None else str(part)


def steps(code: str, scope: Scope, book: Trial) -> dict[str, StepLine]:
    """Step → its numbers, variant by variant. Three queries however many steps there are."""
    states: dict[str, dict[str, int]] = {}
    rows = visible(EnrolmentStep, scope).filter(enrolment__sequence=code).order_by().values_list("step", "state").annotate(n=Count("id"))
    for step, state, n in rows:
        states.setdefault(step, {})[state] = n
    letters = _variants(code, scope, book)
    return {step: _step(step, states.get(step, {}), letters.get(step, []), book) for step in states.keys() | letters.keys()}


def _step(step: str, states: dict[str, int], letters: list[Letters], book: Trial) -> StepLine:
    whole = Letters(step, "", *(sum(getattr(one, name) for one in letters) for name in NUMBERS))
    most = sorted(letters, key=lambda one: -one.sent)[:2]
    arms = [Arm(one.variant, one.sent, one.answered) for one in sorted(most, key=lambda one: one.variant)]
    return StepLine(step, states.get("planned", 0), states.get("sent", 0) + states.get("done", 0), states.get("skipped", 0),
                    tuple(letters), compare(*arms, book) if len(arms) > 1 else None, whole)  # fmt: skip


NUMBERS = ("sent", "delivered", "answered", "meetings", "unsubscribed", "bounced", "people", "machines")


def _variants(code: str, scope: Scope, book: Trial) -> dict[str, list[Letters]]:
    """Step → its variants in order. A letter that was followed by another is not what ended the enrolment."""
    later = Message.objects.filter(enrolment=OuterRef("enrolment"), direction="out", state__in=WENT, sent_at__gt=OuterRef("sent_at"))
    rows = letters_seen(scope).filter(enrolment__sequence=code).annotate(last=~Exists(later))
    last = {name: Count("id", filter=Q(last=True, enrolment__ended_for=ended)) for name, ended in
            (("meetings", "meeting"), ("unsubscribed", "unsubscribe"))}  # fmt: skip
    answered = Count("id", filter=Q(answered_at__isnull=False) | Q(last=True, enrolment__ended_for="reply"))
    bounced = Count("id", filter=Q(state="bounced") | Q(last=True, enrolment__ended_for="bounce"))
    counted = rows.order_by().values("step", "variant").annotate(**SENT, answered=answered, bounced=bounced, **last)
    hits = _hits(code, scope)
    found: dict[str, list[Letters]] = {}
    for one in counted.order_by("step", "variant"):
        people, machines = hits.get((one["step"], one["variant"]), (0, 0))
        found.setdefault(one["step"], []).append(Letters(**one, people=people, machines=machines, rate=rate(one["answered"], one["sent"], book)))
    return found


def _hits(code: str, scope: Scope) -> dict[tuple[str, str], tuple[int, int]]:
    """(step, variant) → letters of which a person, of which a machine followed a link. The way out is no link of a letter."""
    rows = MessageHit.objects.filter(message__in=letters_seen(scope).filter(enrolment__sequence=code), number__gt=0).order_by()
    counted = rows.values_list("message__step", "message__variant").annotate(
        people=Count("message", distinct=True, filter=Q(machine="")), machines=Count("message", distinct=True, filter=~Q(machine="")))
    return {(step, variant): (people, machines) for step, variant, people, machines in counted}
