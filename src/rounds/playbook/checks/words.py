"""Checks of picklists, EHR names, titles, plays, custom fields and choices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles, splits
from rounds.playbook.choices import resolve
from rounds.playbook.finding import Finding

RESERVED = ("facts", "loaded", "gates", "gates_at", "finds")
"""Keys that stand beside the own fields of a record."""
TAKEN = {
    "account": ("name", "level", "parent", "status", "ccn", "beds", "hospitals", "ehr", "ehr_vendor", "tier", "state", "city", "zip", "phone",
                "website", "domain", "owner", "team", "territory", "segment", "external_id", "custom"),
    "lead": ("name", "email", "phone", "title", "role", "organization", "state", "source", "message", "status", "owner", "team", "territory",
             "segment", "external_id", "facts", "custom"),
    "contact": ("name", "title", "role", "email", "phone", "preference", "account", "owner", "team", "territory", "external_id", "custom"),
}  # fmt: skip
"""Names of the product's own fields, by noun: two fields of one name would be told from each other by nobody."""


def word_findings(playbook: Playbook) -> list[Finding]:
    found: list[Finding] = []
    for check in (_picklists, _ehr, _titles, _plays, _fields, _choices):
        found += check(playbook)
    return found


def _picklists(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "picklists.yaml")
    lists = playbook.picklists
    for name in type(lists).model_fields:
        for twice in doubles(list(getattr(getattr(lists, name), "values", ()))):
            pad.error((name,), f"'{twice}' stands twice.", "Remove one.")
        groups = getattr(getattr(lists, name), "groups", None)
        for group, roles in (groups or {}).items():
            _whole(pad, (name, "groups", group), roles)
        if groups is None:
            _whole(pad, (name, "values"), getattr(getattr(lists, name), "values", ()))
    for source in lists.lead_source_warmth.map:
        if source not in lists.lead_source.values:
            pad.error(
                ("lead_source_warmth", "map", source),
                f"'{source}' is no lead source.",
                "Add it to lead_source or correct it.",
            )
    for source in lists.lead_source.values:
        if source not in lists.lead_source_warmth.map:
            pad.warn(
                ("lead_source",),
                f"The lead source '{source}' is neither warm nor cold.",
                "Add it to lead_source_warmth.",
            )
    for part in ("executive", "manager"):
        for role in getattr(lists.contact_role, part):
            if role not in lists.contact_role.values:
                pad.error(("contact_role", part), f"'{role}' is in no role group.", "Add it to a group or correct it.")
    return pad.found


def _whole(pad: Pad, path: tuple[Any, ...], words: Iterable[str]) -> None:
    """Words that would come apart in the address of a list are errors."""
    for position, word in enumerate(words):
        if splits(word):
            pad.error((*path, position), f"'{word}' holds a comma or a tilde, which part values.", "Write it without.")


def _ehr(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "ehr.yaml")
    words = playbook.picklists.ehr.values
    if playbook.ehr.unknown_value not in words:
        pad.error(
            ("unknown_value",), f"'{playbook.ehr.unknown_value}' is not in the EHR picklist.", "Use its exact words."
        )
    for name, table in playbook.ehr.maps.items():
        for word in table.map:
            if word not in words:
                pad.error(("maps", name, "map", word), f"'{word}' is not in the EHR picklist.", "Use its exact words.")
        for word in words:
            if word not in table.map and word != playbook.ehr.unknown_value:
                pad.warn(
                    ("maps", name),
                    f"The map of {name} says nothing about '{word}'.",
                    "Add its level; until then it counts as unknown.",
                )
    seen: dict[str, str] = {}
    for vendor, entry in playbook.ehr.vendors.items():
        if entry.picklist not in words:
            pad.error(("vendors", vendor), f"'{entry.picklist}' is not in the EHR picklist.", "Use its exact words.")
        for alias in {vendor.lower(), *(alias.lower() for alias in entry.aliases)}:
            if seen.setdefault(alias, vendor) != vendor:
                pad.error(
                    ("vendors", vendor),
                    f"The alias '{alias}' belongs to {seen[alias]} already.",
                    "Keep it with one vendor.",
                )
    return pad.found


def _titles(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "titles.yaml")
    for position, pattern in enumerate(playbook.titles.patterns):
        if pattern.role not in playbook.picklists.contact_role.values:
            pad.error(
                ("patterns", position),
                f"There is no role '{pattern.role}'.",
                "Use a role of picklists.yaml › contact_role.",
            )
    return pad.found


def _plays(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "programme.yaml")
    plays = {play.play: play for play in playbook.programme.plays}
    tiers = {tier.tier for tier in playbook.tiers.tiers}
    for position, play in enumerate(playbook.programme.plays):
        if not (play.pains or play.values or play.messages_from):
            pad.warn(
                ("plays", position), f"{play.title} has no messages.", "Write pains and values, or name messages_from."
            )
        if play.messages_from is not None and play.messages_from not in plays:
            pad.error(
                ("plays", position), f"There is no play '{play.messages_from}'.", f"Use one of: {', '.join(plays)}."
            )
        if play.tier not in tiers:
            pad.error(("plays", position), f"There is no tier {play.tier}.", "Use a tier of tiers/abm.yaml.")
    return pad.found


def _fields(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "fields.yaml")
    for noun in ("account", "lead", "contact"):
        fields = getattr(playbook.fields, noun)
        for twice in doubles([field.field for field in fields]):
            pad.error((noun,), f"The field '{twice}' stands twice.", "Rename one of them.")
        for position, field in enumerate(fields):
            if field.field in RESERVED or field.field in TAKEN[noun]:
                pad.error((noun, position), f"The name '{field.field}' is taken: it is a field of the product.", "Choose another name; the title may stay.")
            for role in field.hides:
                if role not in playbook.access.roles:
                    pad.error((noun, position, "hides"), f"'{role}' is no role.", f"Use: {', '.join(playbook.access.roles)}.")
            if field.finds and field.kind != "text":
                pad.error((noun, position), f"Search finds words; '{field.field}' is no text.", "Leave finds out.")
            if field.kind == "picklist" and not field.values:
                pad.error((noun, position), f"The picklist '{field.field}' has no values.", "Add values.")
            _whole(pad, (noun, position, "values"), field.values)
            if field.kind == "lookup" and not field.of:
                pad.error(
                    (noun, position), f"The lookup '{field.field}' does not say of what.", "Add of: account, contact …"
                )
    return pad.found


def _choices(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "choices.yaml")
    for twice in doubles([entry.key for entry in playbook.choices]):
        pad.error((), f"The choice '{twice}' stands twice.", "Remove one.")
    for position, entry in enumerate(playbook.choices):
        document = playbook.documents.get(entry.file)
        try:
            data = document.data if document else {}
            for part in resolve(data, entry.path):
                data = data[part]
        except (KeyError, IndexError, TypeError):
            pad.error((position,), f"The choice '{entry.key}' points at nothing.", f"Correct its path in {entry.file}.")
            continue
        if entry.alternatives and data not in entry.alternatives:
            pad.error(
                (position,),
                f"'{entry.key}' is {data!r}, which is none of its alternatives.",
                f"Use: {', '.join(map(str, entry.alternatives))}.",
            )
    return pad.found
