"""One's own mailboxes: how they go, paused, resumed, disconnected, whose mail is kept. Passwords and tokens go in on a page, and never out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need
from rounds.actions.reach import mailboxes
from rounds.api.auth import Bearer
from rounds.api.doors import Input, below, noted
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Mailbox

router = Router(tags=["mailboxes"])
READ, WRITE = Bearer("mailboxes:read"), Bearer("mailboxes:write")

MAILBOX = Shape("Mailbox", Mailbox, {
    "id": "id", "kind": "kind", "address": "address", "state": "state", "said": "said", "keep": "keep", "never": "never", "since": "since", "seen": "seen", "kept": "kept",
    "failed": "failed", "read_at": "read_at", "next_at": "next_at", "at": "at",
})  # fmt: skip


class Keeping(Input):
    """Whose mail is kept: "known" or "business"; and whose never is: addresses and domains, which take the place of those before."""

    keep: str | None = Field(None, max_length=20)
    never: list[str] | None = Field(None, max_length=mailboxes.MOST_NEVER)


@router.get("", auth=READ, response=several(MAILBOX))
def index(request: HttpRequest) -> HttpResponse:
    """The caller's mailboxes, the newest first: {"data": […]}. Nobody reads those of another."""
    need(request.user, "mailboxes.connect")
    noted(request, "mailbox.list", "mailbox")
    return answer({"data": MAILBOX.rows(_own(request).order_by("-at", "-id"))})


@router.get("/{mailbox}", auth=READ, response=MAILBOX.schema)
def show(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """One mailbox: `state` is working, stopped or broken, and `said` says why it does not work."""
    row = _one(request, mailbox)
    noted(request, "mailbox.read", "mailbox", mailbox)
    return answer(MAILBOX.of(row))


@router.patch("/{mailbox}", auth=WRITE, response=MAILBOX.schema)
def change(request: HttpRequest, mailbox: UUID, given: Keeping) -> HttpResponse:
    """Say anew whose mail is kept; what was kept stays."""
    row = _one(request, mailbox)
    keep, never = given.keep or row.keep, row.never if given.never is None else given.never
    return answer(MAILBOX.of(mailboxes.change(row, keep=keep, never=never, by=request.actor, at=now())))


@router.put("/{mailbox}/pausing", auth=WRITE, response=MAILBOX.schema)
def pause(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """Read it no more till it is resumed."""
    return answer(MAILBOX.of(mailboxes.stop(_one(request, mailbox), by=request.actor, at=now())))


@router.delete("/{mailbox}/pausing", auth=WRITE, response=MAILBOX.schema)
def resume(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """Read it again, on from where it was; one that broke is tried again."""
    return answer(MAILBOX.of(mailboxes.resume(_one(request, mailbox), by=request.actor, at=now())))


@router.delete("/{mailbox}", auth=WRITE, response=MAILBOX.schema)
def disconnect(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """Take it away: its password is forgotten, what was kept of it stays."""
    return answer(MAILBOX.of(mailboxes.end(_one(request, mailbox), by=request.actor, at=now())))


def _own(request: HttpRequest):
    return request.user.mailboxes.exclude(state="ended")


def _one(request: HttpRequest, key: UUID) -> Mailbox:
    """A mailbox of one's own; anybody else's does not exist."""
    need(request.user, "mailboxes.connect")
    return below(_own(request), key)
