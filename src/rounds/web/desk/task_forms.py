"""What forms about tasks say: moments in the viewer's zone, people by their id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from rounds.access.allowed import need
from rounds.actions.desk.task_given import OwnerAway, TaskRefused
from rounds.models import User


def moment_of(request: HttpRequest, name: str) -> datetime | None:
    """The moment a form says, in the viewer's zone; None where it says none. Raises TaskRefused (422)."""
    said = request.POST.get(name, "").strip()
    try:
        when = datetime.fromisoformat(said) if said else None
    except ValueError as error:
        raise TaskRefused("Give a day and a time, or leave it empty.", field=name) from error
    return timezone.make_aware(when) if when is not None and timezone.is_naive(when) else when


def person_of(request: HttpRequest) -> User | None:
    """Whose it shall be, where somebody else is named: that needs the permission to give records to others."""
    said = request.POST.get("owner", "")
    if said in ("", str(request.user.id)):
        return None
    need(request.user, "records.assign_others")
    try:
        found = User.objects.filter(pk=UUID(said), is_active=True).first()
    except ValueError:
        found = None
    if found is None:
        raise OwnerAway
    return found
