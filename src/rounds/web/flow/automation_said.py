"""What the form of a new automation says, as the text of its file; what is missing is refused at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

from rounds.actions.flow.drafts import DraftRefused
from rounds.playbook.automation_text import automation_text
from rounds.playbook.happenings import ASKS, DEEDS
from rounds.playbook.vocabulary import VOCABULARY

TESTS = {"is": "is", "is_not": "is not", "at_least": "is at least", "above": "is above", "at_most": "is at most", "below": "is below",
         "known": "is known", "has": "has the words"}  # fmt: skip
FIGURES = ("at_least", "above", "at_most", "below")
TAKEN = frozenset({"new", "drafted", "again", "runs", "batches"})
"""Words of addresses, which no automation may be called."""


def code_of(title: str) -> str:
    """The name of the file a title gives."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:60]


def said_in_text(text: str) -> str:
    """The name an automation's text gives itself. Raises DraftRefused."""
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DraftRefused(f"This is no YAML: {str(error).splitlines()[0]}.", field="text") from error
    code = said.get("automation") if isinstance(said, dict) else None
    if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", code):
        raise DraftRefused("Begin with “automation: its_name”, in small letters and underscores.", field="text")
    return code


def written(form: Mapping[str, str]) -> tuple[str, str]:
    """The name and the text of the automation a form describes. Raises DraftRefused naming the field."""
    title = form.get("title", "").strip()
    code = code_of(title)
    if not re.match(r"[a-z]", code):
        raise DraftRefused("Give it a title that begins with a letter.", field="title")
    conditions = [one for one in (_condition(form, f"c-{n}") for n in rows(form, "c")) if one]
    join = "any" if form.get("join") == "any" else "all"
    then = [one for one in (_step(form, f"d-{n}") for n in rows(form, "d")) if one]
    if not then:
        raise DraftRefused("Choose at least one deed.", field="d-0-do")
    said: dict[str, Any] = {"automation": code, "title": title[:120], "group": form.get("group", "").strip()[:40] or None, "added": True, "enabled": True,
                            "when": _when(form), "then": then}  # fmt: skip
    if conditions:
        said["if"] = conditions[0] if len(conditions) == 1 else {join: conditions}
    return code, automation_text(said)


def rows(form: Mapping[str, str], letter: str) -> list[int]:
    """The numbers of the rows a form has; one where it has none."""
    found = {int(m[1]) for name in form if (m := re.fullmatch(rf"{letter}-(\d{{1,2}})-\w+(-\w+)*", name))}
    return sorted(found) or [0]


def _when(form: Mapping[str, str]) -> dict[str, Any]:
    kind = form.get("when", "event")
    if kind == "change":
        to = _several(form.get("to", ""))
        return {"change": _needed(form, "change", "Choose the field that changes.")} | ({"to": to[0] if len(to) == 1 else to} if to else {})
    if kind == "score":
        way = "falls_below" if form.get("way") == "falls_below" else "reaches"
        return {"score": form.get("score") or "lead.score", way: _figure(form, "figure")}
    if kind == "every":
        every = form.get("every") or "day"
        said: dict[str, Any] = {"every": every, "at": _needed(form, "at", "Say at what time, such as 07:00.")}
        if every == "week":
            said["on"] = form.get("on") or "monday"
        if every == "month":
            said["day"] = int(_figure(form, "day"))
        return said | ({"each": form["each"]} if form.get("each") else {})
    if kind == "time_in":
        said = {"time_in": _needed(form, "time_in", "Choose the state."), "is": _several(form.get("is", "")), "for": {form.get("unit") or "hours": int(_figure(form, "span"))}}
        return {key: value for key, value in said.items() if value}
    return {"event": _needed(form, "event", "Choose what happens.")}


def _condition(form: Mapping[str, str], row: str) -> dict[str, Any] | None:
    ask, test, value = form.get(f"{row}-ask", ""), form.get(f"{row}-test", "is"), form.get(f"{row}-value", "").strip()
    if not ask:
        return None
    if test == "known":
        return {"ask": ask, "known": value.lower() not in ("no", "not", "false")}
    if not value:
        raise DraftRefused("Say what the answer is compared with.", field=f"{row}-value")
    if test in FIGURES:
        return {"ask": ask, test: _figure(form, f"{row}-value")}
    if test == "has":
        return {"ask": ask, "has": value}
    words = [_typed(ask, word) for word in _several(value)]
    return {"ask": ask, test: words[0] if len(words) == 1 else words}


def _typed(ask: str, word: str) -> Any:
    """A word as the kind of its question wants it."""
    kind = ASKS[ask].kind if ask in ASKS else getattr(VOCABULARY.get(ask), "kind", "text")
    if kind in ("flag", "yes_no") and word.lower() in ("yes", "no", "true", "false"):
        return word.lower() in ("yes", "true")
    if kind != "text" and re.fullmatch(r"-?\d+(\.\d+)?", word):
        return float(word) if "." in word else int(word)
    return word


def _step(form: Mapping[str, str], row: str) -> dict[str, Any] | None:
    do = form.get(f"{row}-do", "")
    if not do:
        return None
    if do not in DEEDS:
        raise DraftRefused("Choose a deed of the list.", field=f"{row}-do")
    said = {}
    for one in deed_fields(do):
        value = _told(form, f"{row}-said-{one['name']}", one)
        if value not in ("", [], {}, None):
            said[one["name"]] = value
        elif one["required"]:
            raise DraftRefused(f"{one['label']} is needed.", field=f"{row}-said-{one['name']}")
    step: dict[str, Any] = {"do": do, "title": form.get(f"{row}-title", "").strip()[:120] or DEEDS[do].says.capitalize()}
    if said:
        step["said"] = said
    if form.get(f"{row}-delay", "").strip():
        step["delay"] = {"hours": int(_figure(form, f"{row}-delay"))}
    return step


def _told(form: Mapping[str, str], name: str, one: Mapping[str, Any]) -> Any:
    if one["parts"]:
        return {part["name"]: value for part in one["parts"] if (value := _told(form, f"{name}-{part['name']}", part)) not in ("", None)}
    value = form.get(name, "").strip()
    if one["kind"] == "list":
        return _several(value)
    if one["kind"] == "number":
        return int(_figure(form, name)) if value else None
    if one["kind"] == "flag":
        return value == "yes" if value else None
    return value


def deed_fields(do: str) -> list[dict[str, Any]]:
    """What a deed is told, as fields of a form."""
    return _fields(DEEDS[do].shape) if do in DEEDS and DEEDS[do].room else []


def _fields(shape: type[BaseModel]) -> list[dict[str, Any]]:
    found = []
    for name, field in shape.model_fields.items():
        kind = _plain(field.annotation)
        one = {"name": name, "label": name.replace("_", " ").capitalize(), "kind": "text", "choices": [], "parts": [], "required": field.is_required()}
        if get_origin(kind) is Literal:
            one |= {"kind": "choice", "choices": list(get_args(kind))}
        elif get_origin(kind) in (list, tuple):
            one["kind"] = "list"
        elif kind in (bool, int):
            one["kind"] = {bool: "flag", int: "number"}[kind]
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            one["parts"] = [part for part in _fields(kind) if part["name"] != "seconds"]
        found.append(one)
    return found


def _plain(annotation: Any) -> Any:
    """The kind of a field that may also be left out."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    kinds = [one for one in get_args(annotation) if one is not NoneType]
    return kinds[0] if len(kinds) == 1 else str


def _several(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _needed(form: Mapping[str, str], name: str, sentence: str) -> str:
    if not form.get(name, "").strip():
        raise DraftRefused(sentence, field=name)
    return form[name].strip()


def _figure(form: Mapping[str, str], name: str) -> int | float:
    text = form.get(name, "").strip().replace(",", "")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", text):
        raise DraftRefused(f"Write a number{f', not “{text[:30]}”' if text else ''}.", field=name)
    return float(text) if "." in text else int(text)
