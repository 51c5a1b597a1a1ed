"""People records belong to, those who left among them: known by their address, made without a way to log in."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from rounds.actions.flow.imports.cells import CellRefused, as_flag, moment
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.work import Understood, Work, moment_of
from rounds.actions.leads.given import given
from rounds.kit.ids import new_id
from rounds.models import User
from rounds.playbook import Playbook

MODEL = User
NEEDS = ("name",)


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of people may mean."""
    return (Target("email", "E-mail", keeps=True), Target("name", "Name"), Target("first_name", "First name"), Target("last_name", "Last name"),
            Target("active", "Works here", "yes_no"), Target("left_at", "Left on", "when"), Target("external_id", "External id", keeps=True))  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as a person. Raises a Refusal that names the field."""
    whole = given(name=cells.get("name") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip() or "?", email=cells.get("email", ""))
    if not whole.email:
        raise CellRefused("a person is known by an e-mail address; it is missing.", field="email")
    here = as_flag(cells.get("active", "no").lower().replace("inactive", "no").replace("active", "yes"))
    said: dict[str, Any] = {"name": whole.name, "email": whole.email, "active": here is True}
    if "left_at" in cells:
        said["left_at"] = moment("left on", cells["left_at"], work.zone).isoformat()
    return Understood(said, {"external": cells.get("external_id", ""), "email": whole.email})


def comes(work: Work, row: Row) -> str:
    """What a preview says of a new person: nobody gets in by a file."""
    return "Known by name, cannot log in" + ("; invite them under People" if row.said.get("active") else ", has left")


def compared(work: Work, rows: list[Row]) -> None:
    """Somebody who is here stays as they are; only their id in the other system is learnt."""
    known = dict(User.objects.filter(pk__in=[row.target for row in rows]).values_list("id", "external_id"))
    for row in rows:
        learns = bool(row.external) and known.get(row.target) is None
        row.verdict, row.says = ("update", "Learns their id of the other system") if learns else ("same", "Is here already")


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk. Effects: User rows that cannot log in, ids of the other system."""
    for row in rows:
        if row.verdict == "update":
            before = User.objects.filter(pk=row.target).values_list("external_id", flat=True).first()
            User.objects.filter(pk=row.target, external_id=None).update(external_id=row.external)
            row.before, row.outcome = {"external_id": [before, row.external]}, "update"
            continue
        person = User(id=new_id(), email=row.said["email"], name=row.said["name"], role="ae", is_active=False, external_id=row.external or None,
                      left_at=moment_of(row.said.get("left_at")) or at)  # fmt: skip
        person.set_unusable_password()
        person.save(force_insert=True)
        row.made, row.outcome = person.id, "new"


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Forget the ids that were learnt."""
    back = sum(User.objects.filter(pk=row.target, external_id=row.before["external_id"][1]).update(external_id=None) for row in rows if row.before)
    return back, len(rows) - back


COLUMNS_NEEDED = (("email",),)
register(Noun(
    "owner", "People", "people", targets, keys={"email": "e-mail address", "external_id": "external id"}, match=("email", "external_id"),
    engine=sys.modules[__name__], url="/people/", shows=("name", "email"),
))  # fmt: skip
