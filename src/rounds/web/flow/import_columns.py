"""What the pages of columns and values show and send: which column means what, which word means which."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest

from rounds.access.roles import hidden
from rounds.actions.flow.imports.nouns import NOUNS, RULES, Target, offered, recognised
from rounds.kit.refusal import Refusal
from rounds.models import Import, User
from rounds.models.flow.active import active
from rounds.models.flow.imports import SEPARATOR
from rounds.playbook import VOCABULARY
from rounds.web.flow import imports_shown as shown

MOST_VALUES = 60
"""Words of one column that are asked about, the most frequent first."""
PICKED = ("choice", "picklist", "person", "answer")


def page(request: HttpRequest, of: Import, step: str, error: Refusal | None = None) -> dict[str, Any]:
    """The context of both pages."""
    noun, book = NOUNS[of.noun], active().playbook
    targets = offered(noun, book, hidden(request.user))
    said = {"place": "imports", "of": of, "noun": noun, "steps": shown.steps(of, step), "error": error, "nouns": shown.nouns(request.user)}
    if step == "values":
        return said | {"lists": lists(of)}
    samples = list(zip(*of.sample, strict=False)) if of.sample else []
    rows = [
        {"n": n, "head": head or f"Column {n + 1}", "to": one["to"], "rule": one["rule"], "sample": [s for s in (samples[n] if n < len(samples) else ()) if s][:3]}
        for n, (head, one) in enumerate(zip(of.heads, of.plan["columns"], strict=True))
    ]
    known = recognised(book, of.heads)
    return said | {
        "rows": rows, "groups": grouped(targets), "rules": list(RULES.items()), "keys": [
            {"code": code, "word": word, "on": code in of.plan["match"]} for code, word in noun.keys.items()],
        "meant": sum(bool(row["to"]) for row in rows), "known": f"{known[1]} {known[2].object}" if known else "", "remembered": of.plan.get("remembered", ""),
    }  # fmt: skip


def grouped(targets: dict[str, Target]) -> list[tuple[str, list[Target]]]:
    """The fields in the groups of the picker."""
    groups: dict[str, list[Target]] = {}
    for one in targets.values():
        name = {"fact": "Facts of the organisation", "answer": "Answers"}.get(one.kind, "Your own fields" if one.name.startswith("custom.") else "Fields")
        groups.setdefault(name, []).append(one)
    return list(groups.items())


def said(of: Import, post: Any) -> dict[str, Any]:
    """The form of columns as a plan."""
    columns = [
        {**one, "to": post.get(f"to-{n}", one["to"]), "rule": post.get(f"rule-{n}", one["rule"])}
        for n, one in enumerate(of.plan["columns"])
    ]
    match = [key for key in NOUNS[of.noun].keys if post.get(f"match-{key}")]
    return {"columns": columns, "match": match}


def values_said(of: Import, post: Any) -> dict[str, Any]:
    """The form of values as a plan: words that were given a meaning; "" leaves a word out."""
    columns = [dict(one) for one in of.plan["columns"]]
    for one in lists(of):
        meant = {value["said"]: post[f"value-{one['n']}-{i}"] for i, value in enumerate(one["values"]) if f"value-{one['n']}-{i}" in post}
        columns[one["n"]]["values"] = {**columns[one["n"]]["values"], **{k: v for k, v in meant.items() if v != "="}}
    return {"columns": columns}


def asks(of: Import) -> bool:
    """Whether a word of the file fits no list, so that the page of values has something to ask."""
    return any(value["open"] for one in lists(of) for value in one["values"])


def lists(of: Import) -> list[dict[str, Any]]:
    """Each column whose values are words of a list: its words with how often they stand there and what they mean."""
    targets = offered(NOUNS[of.noun], active().playbook)
    found = []
    for n, one in enumerate(of.plan["columns"]):
        target = targets.get(one["to"])
        if target is None or not (target.kind == "person" or (target.picks and _is_picked(target))):
            continue
        choices = _people() if target.kind == "person" else [(word, word) for word in target.picks]
        known = {word.lower() for word, _ in choices} | ({label.lower() for _, label in choices} if target.kind == "person" else set())
        if target.kind == "person":
            known |= {word.lower() for row in User.objects.values_list("email", "name", "external_id") for word in row if word}
        values = []
        for said_, count in _distinct(of, n):
            meant = one["values"].get(said_)
            fits = (meant if meant is not None else said_).lower() in known
            values.append({"said": said_, "count": count, "meant": meant, "fits": fits, "open": not fits and meant is None})
        found.append({"n": n, "head": of.heads[n], "label": target.label, "choices": choices, "values": values, "person": target.kind == "person"})
    return found


def _is_picked(target: Target) -> bool:
    """Whether a cell is one word of the list: of a fact that takes several, the words are read out of it."""
    return target.kind in PICKED or (target.kind == "fact" and VOCABULARY[target.name].kind == "choice")


def _people() -> list[tuple[str, str]]:
    return [("none", "Nobody: they wait for an owner"), *User.objects.filter(is_active=True).order_by("name").values_list("email", "name")]


def _distinct(of: Import, n: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT said, count(*) FROM (SELECT btrim(split_part(cells, %s, %s)) AS said FROM rounds_importrow WHERE of_id = %s AND fault = '') c"
            " WHERE said <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s", [SEPARATOR, n + 1, of.id, MOST_VALUES],
        )  # fmt: skip
        return cursor.fetchall()
