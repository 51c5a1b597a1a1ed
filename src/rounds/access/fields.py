"""The fields a role is kept from (COMPL-11): what follows from hiding one, for whoever shows, asks, or writes it.

A hidden field is known by the name access/roles.yaml gives it (`account.it_budget`). It hides the facts that tell it,
the criteria those facts feed, the answers to them, and its part of what events say. The total of a score stays: it
counts what is hidden, and neither the line nor its points are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from rounds.access.allowed import NotAllowed
from rounds.access.roles import all_roles, hidden, role_of
from rounds.models import Answer, CommitteeSeat, DealContact, User
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.playbook.shapes.access import HIDEABLE
from rounds.rules.scoring import Score

NOT_SHOWN = "Not shown to your role"
COLUMNS = {"it_budget_cents": "it_budget", "it_budget_usd": "it_budget", "it_budget_pct": "it_budget"}
"""Column or fact → field, where they are called otherwise."""
SEAT = ("stance", "influence", "motivation")

Hidden = Collection[str]


def field_of(noun: str, column: str) -> str:
    """The name under which access/roles.yaml knows a column (or a fact) of `noun`."""
    return f"{noun}.{COLUMNS.get(column, column)}"


def shows(user: User, name: str) -> bool:
    """Whether the role of `user` is shown the field `name` ("contact.email"). Raises KeyError for one that cannot be hidden."""
    if name not in HIDEABLE:
        raise KeyError(name)
    return name not in hidden(user)


def need_to_be_shown(user: User, noun: str, columns: Iterable[str]) -> None:
    """Go on only if every one of `columns` of `noun` may be written by `user`. Raises NotAllowed: what one is not shown
    one does not write."""
    kept = hidden(user)
    for column in columns:
        if field_of(noun, column) in kept:
            raise kept_from(user, column)


def kept_from(user: User, column: str) -> NotAllowed:
    """The refusal that says which field is kept from whom."""
    said = COLUMNS.get(column, column).replace("_", " ").replace("it budget", "IT budget").replace("email", "e-mail")
    return NotAllowed(f"Your role ({role_of(user).title}) is not shown {said}; ask the owner of the record.")


def facts(kept: Hidden) -> frozenset[str]:
    """The facts of the vocabulary that would tell a hidden field."""
    return frozenset(fact for name in kept for fact in HIDEABLE.get(name, ()))


def criteria(book: Playbook, model: str, kept: Hidden) -> frozenset[str]:
    """The criteria of a scoring model that read a hidden fact: their level is as good as the fact."""
    silent = facts(kept)
    return _fed(book, model, silent) if silent and model in book.scoring else frozenset()


OF_STANCE = ("supporter_levels", "clinical_champions", "it_blockers")
"""Facts a qualification sheet counts from stances."""


def unshown_items(book: Playbook, kept: Hidden) -> frozenset[str]:
    """The items of a qualification sheet whose derivation would tell a hidden field."""
    silent = facts(kept) | (frozenset(OF_STANCE) if "contact.stance" in kept else frozenset())
    return frozenset(line.item for line in book.qualification.derivations if line.fact in silent)


@lru_cache(maxsize=64)
def _fed(book: Playbook, model: str, silent: frozenset[str]) -> frozenset[str]:
    return frozenset(
        criterion.criterion
        for criterion in book.scoring[model].criteria
        if any(reading.fact in silent for several in criterion.readings.values() for reading in several)
    )


def _silent(kept: Hidden) -> frozenset[str]:
    """Everything given as a fact that would tell a hidden field: the facts, and the levels of the criteria they feed."""
    book, silent = active().playbook, facts(kept)
    if not silent:
        return silent
    fed = [line for model in book.scoring for line in book.scoring[model].criteria if line.criterion in _fed(book, model, silent)]
    return silent | {line.criterion for line in fed} | {line.level_fact for line in fed if line.level_fact}


def need_to_answer(user: User, book: Playbook, model: str, answered: Iterable[str]) -> None:
    """Go on only if none of the criteria `answered` would tell or set a hidden fact. Raises NotAllowed."""
    silent = criteria(book, model, hidden(user))
    for criterion in answered:
        if criterion in silent:
            raise NotAllowed(f"Your role ({role_of(user).title}) is not shown what {criterion.replace('_', ' ')} rests on,"
                             " so it does not answer it.")  # fmt: skip


def given_by(user: User, given: Any) -> None:
    """Go on only if what is `given` of a lead (a LeadGiven, or a part of one) says nothing its giver is not shown.
    Raises NotAllowed."""
    need_to_be_shown(user, "lead", [name for name in given.model_fields_set if getattr(given, name)])
    told = getattr(given, "facts", None) or {}
    if unshown := sorted(set(told) - plain(told, hidden(user)).keys()):
        raise kept_from(user, unshown[0])
    need_to_answer(user, active().playbook, "lead_fit", getattr(given, "answers", None) or {})


def plain(given: Mapping[str, Any], kept: Hidden) -> dict[str, Any]:
    """Facts by name without those that would tell a hidden field."""
    silent = _silent(kept)
    return {name: value for name, value in given.items() if name not in silent}


def score(found: Score, model: str, book: Playbook, kept: Hidden) -> Score:
    """A verdict as it is shown: without the questions a hidden fact would answer. Its lines say themselves that they
    are not shown (`scores_shown.why`)."""
    silent = criteria(book, model, kept)
    if not silent:
        return found
    return replace(
        found,
        questions=[one for one in found.questions if one.criterion not in silent],
        missing=[code for code in found.missing if code not in silent],
        lines=[line if line["what"] not in silent else
               {**line, "level": None, "points": None, "why": NOT_SHOWN, "source": ""} for line in found.lines],
        levels={code: None if code in silent else level for code, level in found.levels.items()},
    )  # fmt: skip


def answers(rows: Iterable[Answer], book: Playbook, kept: Hidden) -> list[Answer]:
    """Answers without those to criteria that a hidden fact feeds."""
    silent = {model: criteria(book, model, kept) for model in book.scoring} if facts(kept) else {}
    return [row for row in rows if row.criterion not in silent.get(row.model, ())]


SEATS = TypeVar("SEATS", CommitteeSeat, DealContact)


def seats(rows: Iterable[SEATS], kept: Hidden) -> list[SEATS]:
    """Seats on the committee of an account or a deal as they are shown: copies, what is hidden of them blank. They are not
    to be saved."""
    if not kept:
        return list(rows)
    found = [copy(row) for row in rows]
    for seat in found:
        for name in SEAT:
            if f"contact.{name}" in kept:
                setattr(seat, name, 0 if name == "influence" else "")
    return found


def payload(kind: str, said: Mapping[str, Any], kept: Hidden) -> dict[str, Any]:
    """What an event of `kind` says to somebody from whom `kept` are kept: the hidden values are NOT_SHOWN."""
    if not kept:
        return dict(said)
    noun, _, deed = kind.partition(".")
    noun = {"committee": "contact"}.get(noun, noun)
    told, silent = dict(said), _silent(kept)
    if "changed" in told:
        told["changed"] = {name: _change(noun, name, pair, kept, silent) for name, pair in told["changed"].items()}
    elif deed == "fact_set" and told.get("key") in silent:
        told |= {"before": NOT_SHOWN, "after": NOT_SHOWN}
    elif deed in ("answered", "answer_withdrawn"):
        book = active().playbook
        if any(told["criterion"] in criteria(book, model, kept) for model in book.scoring):
            told |= {"level": NOT_SHOWN, **({"before": None, "reason": ""} if deed == "answered" else {})}
    elif kind == "text.released":
        # What of an answer or a seat it was about, the event does not say: hidden whole where any of it may be.
        noun = {"committeeseat": "contact", "dealcontact": "contact"}.get(told["what"], told["what"])
        if told["text"] and (field_of(noun, told["field"]) in kept or told["field"].rpartition(".")[2] in silent
                             or (noun == "answer" and silent)):  # fmt: skip
            told["text"] = NOT_SHOWN
    elif kind in ("seat.filled", "committee.seated"):
        told |= {name: NOT_SHOWN for name in ("stance", "influence") if f"contact.{name}" in kept}
    return told


def _change(noun: str, name: str, pair: list[Any], kept: Hidden, silent: Collection[str]) -> list[Any]:
    if field_of(noun, name) in kept:
        return [NOT_SHOWN, NOT_SHOWN]
    if name == "facts" and silent:
        return [{key: value for key, value in (side or {}).items() if key not in silent} for side in pair]
    return pair


def says(kept: Hidden) -> list[str]:
    """The groups of fields that are kept from somebody, as people call them."""
    return [group.title for group in all_roles().fields.values() if set(group.of) & set(kept)]
