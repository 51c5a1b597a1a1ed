"""How a file is understood: what its columns and their values mean, what rows are matched by; remembered for the next file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rounds.access.allowed import need, need_to_write
from rounds.access.roles import hidden, sells
from rounds.actions.flow.deeds import deed
from rounds.actions.flow.imports.nouns import NOUNS, RULES, Noun, guessed, offered, recognised, signature
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Batch, Import, ImportMapping, User
from rounds.models.base import signature as signed
from rounds.models.flow.active import active


class ImportRefused(Refusal):
    """An import that cannot be done like this."""

    status = 422


class NotNow(Refusal):
    """This import is at another step already; look at its page."""


def need_to_import(person: User, noun: Noun) -> None:
    """Go on only if `person` may import records of `noun`. Raises NotAllowed."""
    need(person, "records.import")
    if noun.needs:
        need_to_write(person, noun.needs)
    if noun.code == "owner":
        need(person, "people.manage")


def likeliest(heads: Sequence[str]) -> str:
    """The noun most of the columns mean something of."""
    book = active().playbook
    return max(("lead", "contact", "account", "deal", "activity", "owner", "status", "stage"), key=lambda code: sum(map(bool, guessed(NOUNS[code], book, heads))))


def plan_for(code: str, heads: Sequence[str], person: User | None) -> dict[str, Any]:
    """How a file with these headers is understood: as it was last, else as its system writes it, else as its words say."""
    noun, book = NOUNS[code], active().playbook
    kept = hidden(person) if person else ()
    targets = offered(noun, book, kept)
    last = ImportMapping.objects.filter(noun=code, signature=signature(heads)).first()
    if last is not None and all(one.get("to", "") in ("", *targets) for one in last.plan.get("columns", [])):
        plan = {**last.plan, "remembered": last.by_name}
    else:
        known = recognised(book, heads)
        export = known[2] if known and known[2].noun == code else None
        plan = {
            "columns": [
                {"head": head, "to": to, "rule": "never" if to == "owner" else "always",
                 "values": dict(export.values.get(to, {})) if export and to else {}}
                for head, to in zip(heads, guessed(noun, book, heads, kept), strict=True)
            ],
            "match": [key for key in (export.match if export and export.match else noun.match) if key in noun.keys],
        }  # fmt: skip
    own = str(person.id) if person is not None and sells(person) else ""
    return {**plan, "owner": own}


def understand_as(of: Import, plan: dict[str, Any], *, noun: str = "", by: Actor, at: datetime) -> Import:
    """Say what the columns mean: {columns: [{to, rule, values}], match, owner}. It is remembered for files with the same
    headers. Another `noun` begins the guessing anew. Raises ImportRefused naming the field, NotNow.

    Effects: the plan, the mapping kept for the next file, an audit entry.
    """
    with deed(by):
        of = locked(of, "reading", "mapping", "ready", "checking")
        if noun and noun != of.noun:
            return _as_noun(of, noun, by, at)
        of.plan = {**of.plan, **_checked(of, plan)}
        if of.state != "reading":
            of.state, of.done, of.step_at = "mapping", 0, at
            of.save(update_fields=["state", "done", "step_at"])
        of.save(update_fields=["plan"])
        ImportMapping.objects.update_or_create(
            noun=of.noun, signature=signature(of.heads),
            defaults={"plan": {"columns": of.plan["columns"], "match": of.plan["match"]}, **signed(by, at)},
        )  # fmt: skip
        audit.note("import.map", by=by, at=at, kind="batch", subject=of.id,
                   detail={"columns": [one["to"] for one in of.plan["columns"] if one["to"]], "match": of.plan["match"]})  # fmt: skip
    return of


def _as_noun(of: Import, noun: str, by: Actor, at: datetime) -> Import:
    if noun not in NOUNS:
        raise ImportRefused("Choose what these rows are.", field="noun")
    person = User.objects.filter(pk=of.user_id).first()
    if person is not None:
        need_to_import(person, NOUNS[noun])
    of.noun, of.plan, of.state, of.done, of.step_at = noun, plan_for(noun, of.heads, person), "mapping", 0, at
    of.save(update_fields=["noun", "plan", "state", "done", "step_at"])
    Batch.objects.filter(pk=of.pk).update(kind=f"import.{noun}")
    audit.note("import.map", by=by, at=at, kind="batch", subject=of.id, detail={"noun": noun})
    return of


def _checked(of: Import, plan: dict[str, Any]) -> dict[str, Any]:
    noun = NOUNS[of.noun]
    person = User.objects.filter(pk=of.user_id).first()
    targets = offered(noun, active().playbook, hidden(person) if person else ())
    columns, taken = [], set()
    said = plan.get("columns", of.plan.get("columns", []))
    if len(said) != len(of.heads):
        raise ImportRefused(f"The file has {len(of.heads)} columns; say of each what it means.", field="columns")
    for head, one in zip(of.heads, said, strict=True):
        to, rule = one.get("to", ""), one.get("rule", "always")
        if to and to not in targets:
            raise ImportRefused(f"“{head}” cannot mean “{to[:60]}”; that is no field of {noun.plural} you may set.", field="columns")
        if to and to in taken:
            raise ImportRefused(f"Two columns mean {targets[to].label}; choose one.", field="columns")
        if rule not in RULES:
            raise ImportRefused(f"A value that stands there is kept or overwritten: {', '.join(RULES)}.", field="columns")
        taken |= {to} - {""}
        values = {str(k)[:500]: str(v)[:500] for k, v in (one.get("values") or {}).items()}
        columns.append({"head": head, "to": to, "rule": rule, "values": values})
    match = [key for key in plan.get("match", of.plan.get("match", [])) if key in noun.keys]
    return {"columns": columns, "match": match, **{name: plan[name] for name in ("owner", "prints", "then") if name in plan}}


def need_columns(of: Import) -> None:
    noun, taken = NOUNS[of.noun], {one["to"] for one in of.plan["columns"]}
    for names in getattr(noun.engine, "COLUMNS_NEEDED", ()):
        if not taken & set(names):
            labels = {one.name: one.label for one in noun.targets(active().playbook)}
            raise ImportRefused(f"No column says {' or '.join(labels[name].lower() for name in names)}; say which one does.", field="columns")


def locked(of: Import, *states: str) -> Import:
    found = Import.objects.select_for_update().filter(pk=of.pk).first()
    if found is None or found.state not in states:
        raise NotNow
    return found
