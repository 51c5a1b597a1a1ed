"""A field of the company's own that records hold keeps its kind: another kind could not read what stands there (PLUS-22)."""

from __future__ import annotations

from rounds.access.sight import EVERYTHING, sight
from rounds.models import Account, Contact, Lead
from rounds.playbook import Finding, Playbook

NOUNS = {"account": Account, "lead": Lead, "contact": Contact}


def findings(before: Playbook, after: Playbook) -> list[Finding]:
    """What publishing `after` over `before` would make unreadable: a finding a field whose kind changed while records hold it."""
    found = []
    for noun, model in NOUNS.items():
        was = {one.field: one.kind for one in getattr(before.fields, noun)}
        for position, one in enumerate(getattr(after.fields, noun)):
            if was.get(one.field, one.kind) == one.kind:
                continue
            with sight(EVERYTHING):
                held = model._default_manager.filter(custom__has_key=one.field).count()
            if held:
                found.append(Finding("error", "fields.yaml", after.line("fields.yaml", noun, position),
                                     f"'{one.field}' was {was[one.field]} and {held:,} records hold one; it cannot become {one.kind}.",
                                     "Add a field of another name, and take this one out when nobody needs it."))  # fmt: skip
    return found
