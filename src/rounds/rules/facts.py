"""Checking what a record says before a rule reads it: a wrong value is refused by name, never counted as 0."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import VOCABULARY, Fact, Playbook
from rounds.playbook.tables import vendor_of

Check = Callable[[Any], Any]
MAX_TEXT = 200


class WrongFact(Refusal):
    """A given fact cannot be used."""

    status = 422


class Checker:
    """The checks of one rule: known names, each with the check of its values. Built once, used for every record."""

    def __init__(self, playbook: Playbook, own: Mapping[str, Check] | None = None) -> None:
        self.checks: dict[str, Check] = {}
        for model in playbook.scoring.values():
            for criterion in model.criteria:
                for name in (criterion.criterion, criterion.level_fact):
                    if name:
                        self.checks[name] = _foreign(name)
        self.checks |= {name: check_of(playbook, fact) for name, fact in VOCABULARY.items()}
        self.checks |= own or {}

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The known facts of `given`, each in its plain form; None, empty sets and empty counts are
        left out as unknown. Raises WrongFact (422)."""
        checks, found = self.checks, {}
        try:
            items = given.items()
        except AttributeError:
            raise WrongFact('The given facts must be one record: {"beds": 400, …}.') from None
        for name, value in items:
            check = checks.get(name)
            if check is None:
                raise _unknown(name, checks)
            if value is not None and (value := check(value)) is not None:
                found[name] = value
        return found


def _unknown(name: Any, checks: Mapping[str, Check]) -> WrongFact:
    near = difflib.get_close_matches(str(name), list(checks), n=1)
    hint = f"Did you mean '{near[0]}'?" if near else "Known: " + ", ".join(VOCABULARY) + "."
    return WrongFact(f"'{str(name)[:60]}' is not a fact. {hint}", field=str(name)[:60])


def refuse(name: str, wanted: str, value: Any) -> WrongFact:
    """The refusal of one value, as a sentence."""
    said = repr(value)
    return WrongFact(f"{name} must be {wanted}, not {said if len(said) <= 60 else said[:57] + '…'}.", field=name)


def check_of(playbook: Playbook, fact: Fact) -> Check:
    """The check of a vocabulary fact."""
    if fact.kind == "count":
        return whole(fact.name, fact.low, fact.high, fact.unit)
    if fact.kind in ("number", "ratio", "money"):
        return number(fact.name, fact.low, fact.high, fact.unit)
    if fact.kind == "flag":
        return flag(fact.name)
    if fact.kind == "text":
        return text(fact.name)
    words = tuple(getattr(playbook.picklists, fact.words or "").values)
    if fact.kind == "set":
        return some(fact.name, words)
    if fact.kind == "counts":
        return counts(fact.name, words)
    if fact.name == "ehr":
        return _ehr(playbook, words)
    return choice(fact.name, words)


def whole(name: str, low: float | None = 0, high: float | None = None, unit: str = "") -> Check:
    wanted = f"a whole number{_between(low, high)}{f' ({unit})' if unit else ''}"

    def check(value: Any) -> int:
        if type(value) is not int:
            if not isinstance(value, float | Decimal) or not math.isfinite(value) or value != int(value):
                raise refuse(name, wanted, value)
            value = int(value)
        if (low is not None and value < low) or (high is not None and value > high):
            raise refuse(name, wanted, value)
        return int(value)

    return check


def day(name: str) -> Check:
    """A calendar day, as a date or as ISO text."""

    def check(value: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise refuse(name, "a day such as 2026-01-05", value) from None

    return check


def number(name: str, low: float | None = None, high: float | None = None, unit: str = "") -> Check:
    wanted = f"a number{_between(low, high)}{f' ({unit})' if unit else ''}"

    def check(value: Any) -> float | int:
        if type(value) is not int and type(value) is not float:
            if not isinstance(value, Decimal):
                raise refuse(name, wanted, value)
            value = float(value)
        if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
            raise refuse(name, wanted, value)
        return value

    return check


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f" of at least {low:g}" if low is not None else ""
    return f" from {low:,.10g} to {high:,.10g}"


def flag(name: str) -> Check:
    def check(value: Any) -> bool:
        if value is True or value is False:
            return bool(value)
        raise refuse(name, "true or false", value)

    return check


def text(name: str) -> Check:
    def check(value: Any) -> str:
        if isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value:
            return value
        raise refuse(name, f"a text of at most {MAX_TEXT} characters", value)

    return check


def choice(name: str, words: tuple[str, ...]) -> Check:
    exact = frozenset(words)
    loose = {word.lower(): word for word in words}

    def check(value: Any) -> str:
        if isinstance(value, str):
            if value in exact:
                return value
            found = loose.get(value.strip().lower())
            if found is not None:
                return found
        raise refuse(name, "one of " + ", ".join(words), value)

    return check


def _ehr(playbook: Playbook, words: tuple[str, ...]) -> Check:
    """The EHR picklist, or any known spelling of a vendor."""
    plain = choice("ehr", words)

    def check(value: Any) -> str:
        try:
            return str(plain(value))
        except WrongFact:
            vendor = vendor_of(playbook, value) if isinstance(value, str) else None
            if vendor is None:
                raise
            return playbook.ehr.vendors[vendor].picklist

    return check


def some(name: str, words: tuple[str, ...]) -> Check:
    one = choice(name, words)

    def check(value: Any) -> frozenset[str] | None:
        if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
            raise refuse(name, "a list of " + ", ".join(words), value)
        return frozenset(one(word) for word in value) or None

    return check


def counts(name: str, words: tuple[str, ...]) -> Check:
    known = frozenset(words)
    ceiling = 1_000_000

    def check(value: Any) -> dict[str, int] | None:
        if not isinstance(value, Mapping):
            raise refuse(name, 'counts by kind, such as {"content_download": 2}', value)
        for kind, times in value.items():
            if kind not in known:
                raise refuse(f"{name}.{kind}", "a count of a known kind (" + ", ".join(words) + ")", times)
            if type(times) is not int or not 0 <= times <= ceiling:
                raise refuse(f"{name}.{kind}", "a whole number of times, 0 or more", times)
        return dict(value) or None

    return check


def _foreign(name: str) -> Check:
    """A level code of a model this rule is not about: a word, otherwise left alone."""
    return text(name)
