"""A world whose people write scripts into everything: each text column that people fill holds a payload."""

from __future__ import annotations

from django.db import models

PAYLOAD = "\"'><img src=x onerror=window.ran=1><script>window.ran=1</script><svg onload=window.ran=1>{{7*7}}</title></textarea>"
ADDRESS = "javascript:window.ran=1//"
COLUMNS = {
    "Account": ("name", "address", "city", "county", "zip", "phone"), "Contact": ("name", "title", "email", "phone"),
    "Lead": ("name", "title", "organization", "message", "email", "phone"), "LeadActivity": ("subject", "body"), "Team": ("name",),
    "LeadForm": ("name", "heading"), "SavedView": ("name",), "Favourite": ("label",), "Recent": ("label",), "User": ("name",),
    "Intelligence": ("text", "source"), "AccountFact": ("note", "source_ref"), "CommitteeSeat": ("motivation",), "ApiToken": ("name",),
    "Batch": ("label", "by_name"), "Counterparty": ("name", "why"), "Baa": ("scope",), "LegalHold": ("label", "reason"),
    "Quarantine": ("text", "field", "why"), "SubjectRequest": ("who",), "PlaybookDraft": ("title",), "PlaybookVersion": ("reason",),
    "TierRecord": ("reason",), "Answer": ("by_name",), "LeadStatusChange": ("reason", "by_name"), "Device": ("agent",),
    "Session": ("agent",), "UniverseRun": ("folder", "refusal"), "Factor": ("name",),
}  # fmt: skip


def plant() -> int:
    """Write the payload into every row there is; how many columns took it. Columns too short for it keep what they had."""
    from django.apps import apps
    from django.db import DatabaseError, transaction

    taken = 0
    for model_name, names in COLUMNS.items():
        model = apps.get_model("rounds", model_name)
        known = {field.name: field for field in model._meta.concrete_fields}
        for row in model.objects.all()[:20]:
            for name in names:
                if name in known and isinstance(known[name], models.TextField | models.CharField | models.EmailField):
                    value = f"{getattr(row, name) or ''}{PAYLOAD}"
                    try:
                        with transaction.atomic():
                            taken += _write(model, row, name, value)
                    except DatabaseError:
                        continue  # a column with a rule of its own, such as one row a name
        if "website" in known:
            model.objects.update(website=ADDRESS)
    return taken


def _write(model: type[models.Model], row: models.Model, name: str, value: str) -> int:
    if "Sealed" in type(model._meta.get_field(name)).__name__:
        setattr(row, name, value)
        row.save()  # whole: a blind index stands beside it
        return 1
    return model.objects.filter(pk=row.pk).update(**{name: value})


NOUNS = {"people": "User", "teams": "Team", "agreements": "Counterparty", "holds": "LegalHold", "held": "Quarantine", "subjects": "SubjectRequest"}
"""Where tests/access/world.py has no row for an address: the word before the id → the first row of what it names."""


def filled(world, pattern: str) -> str:
    """The pattern with its parameters: as the world says, else as NOUNS says, else with an id of nobody."""
    import re

    from django.apps import apps

    try:
        return world.fill(pattern)
    except KeyError:
        pass
    done = ""
    for part in pattern.split("/"):
        if "<" in part:
            model = NOUNS.get(done.rstrip("/").rpartition("/")[2])
            row = apps.get_model("rounds", model).objects.order_by("id").first() if model else None
            part = str(row.pk) if row else re.sub("<.*>", "0190a5b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b" if "uuid" in part else "1", part)
        done += f"{part}/"
    return "/" + done.removesuffix("/")
