"""What came of each text, whoever sent it: letters that went and that were answered, variant by variant (COMM-06, COMM-15)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Message
from rounds.models.reach.messages import WENT


@dataclass(frozen=True, slots=True)
class TextLine:
    """Letters of one text, or of one variant of it."""

    sent: int = 0
    answered: int = 0


COUNTED = {"sent": Count("id"), "answered": Count("id", filter=Q(answered_at__isnull=False))}


def lines(scope: Scope) -> dict[str, TextLine]:
    """Text → its numbers, of the letters `scope` sees. One query."""
    rows = visible(Message, scope).filter(direction="out", state__in=WENT).exclude(template="").order_by().values("template").annotate(**COUNTED)
    return {row.pop("template"): TextLine(**row) for row in rows}


def by_variant(code: str, scope: Scope) -> dict[str, TextLine]:
    """Variant of one text → its numbers. One query."""
    rows = visible(Message, scope).filter(direction="out", state__in=WENT, template=code).order_by().values("variant").annotate(**COUNTED)
    return {row.pop("variant"): TextLine(**row) for row in rows}
