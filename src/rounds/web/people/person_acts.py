"""What is done to a person from their page: placed, invited again, shut out of a session, sent away."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.people import factors, handovers, invitations, leaving, logins, sessions, users
from rounds.actions.people.users import PersonRefused
from rounds.actions.trust import tokens
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken, Session, User
from rounds.web.people.people import is_id, link_shown, person_or_404, placed, shown
from rounds.web.proof import proved, sensitive


@require_POST
@sensitive
@proved
def placing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change name, role, team, territories, customer or time zone."""
    person = person_or_404(request, key, "people.manage")
    try:
        said = placed(request) | {"name": request.POST.get("name", ""), "time_zone": request.POST.get("time_zone", "")}
        users.change(person, said, by=request.user.actor, at=now())
    except Refusal as refusal:
        more = shown(request, person, error=refusal, field=refusal.field)
        return render(request, "people/person.html", more, status=refusal.status)
    return _back(request, person, f"{person.name} is changed; it holds from their next page on")


@require_POST
@sensitive
@proved
def link(request: HttpRequest, key: UUID) -> HttpResponse:
    """A log-in link for somebody who has joined, shown once."""
    person = person_or_404(request, key, "people.manage")
    token = logins.make_link(person, by=request.user.actor, at=now())
    return link_shown(request, person, token, logins.LOGIN)


@require_POST
@sensitive
@proved
def invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new invitation: for somebody who has not joined yet, or who has left."""
    person = person_or_404(request, key, "people.manage")
    again = invitations.renew if person.is_active else invitations.reinstate
    return link_shown(request, person, again(person, by=request.user.actor, at=now()), logins.INVITATION)


@require_POST
@sensitive
def withdrawal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an invitation back."""
    person = person_or_404(request, key, "people.manage")
    invitations.withdraw(person, by=request.user.actor, at=now())
    return _back(request, person, f"The invitation of {person.name} is withdrawn")


@require_POST
@sensitive
def sessions_ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """End one session of a person (`session` its id), or all of them; why is kept."""
    person = person_or_404(request, key, "sessions.end")
    rows, one = Session.objects.filter(user=person), request.POST.get("session", "")
    if one:
        rows = rows.filter(pk=one) if is_id(one) else rows.none()
    ended = sessions.end_these(person, rows, by=request.user.actor, at=now(), reason=request.POST.get("reason", ""))
    return _back(request, person, f"{ended} session{'' if ended == 1 else 's'} ended")


@require_POST
@sensitive
def token_revoking(request: HttpRequest, key: UUID, token: UUID) -> HttpResponse:
    """Revoke a token of a person."""
    person = person_or_404(request, key, "tokens.manage_all")
    row = ApiToken.objects.filter(user=person, pk=token).first()
    if row is None:
        raise Http404
    tokens.revoke(row, by=request.user.actor, at=now(), reason="by an admin")
    return _back(request, person, f"The token “{row.name}” is revoked")


@require_POST
@sensitive
@proved
def factors_reset(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take away the second factors of somebody who lost them; they add new ones at the next log-in."""
    person = person_or_404(request, key, "people.manage")
    factors.reset(person, by=request.user.actor, at=now(), reason=request.POST.get("reason", ""))
    return _back(request, person, f"{person.name} adds a new second factor at the next log-in")


@require_http_methods(["GET", "POST"])
@sensitive
@proved
def away(request: HttpRequest, key: UUID) -> HttpResponse:
    """What would end and be handed over; then the sending away itself."""
    person = person_or_404(request, key, "people.manage")
    error: Refusal | None = None
    if request.method == "POST":
        try:
            heir = users.colleague(request.POST["heir"]) if request.POST.get("heir") else None
            routed = request.POST.get("leads_to") == "routing"
            done = leaving.send_away(person, heir=heir, reason=request.POST.get("reason", ""), by=request.user.actor,
                                     at=now(), leads_to="routing" if routed else "heir")  # fmt: skip
            to = (heir.name if heir else "nobody") + (", open leads where the router gave them" if routed else "")
            return _back(request, person, f"{person.name} is sent away; {done.owned:,} records went to {to}")
        except PersonRefused as refusal:
            error = refusal
    heirs = User.objects.filter(is_active=True, joined_at__isnull=False).exclude(pk=person.pk)
    said = {"person": person, "what": leaving.preview(person, at=now()), "error": error, "said": request.POST,
            "heirs": [one for one in heirs if leaving.may_inherit(one)], "place": "people"}  # fmt: skip
    return render(request, "people/leaving.html", said, status=error.status if error else 200)


@require_POST
@sensitive
def handover_undoing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give back what the last handover took from somebody who is here again."""
    person = person_or_404(request, key, "people.manage")
    need(request.user, "records.assign_others")
    batch = handovers.latest(person)
    if batch is None:
        raise Http404
    back, left = handovers.undo(batch, by=request.user.actor, at=now())
    more = f"; {left:,} were changed since and stay" if left else ""
    return _back(request, person, f"{back:,} records are {person.name}’s again{more}")


def _back(request: HttpRequest, person: User, says: str) -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": ""}
    return redirect(f"/people/{person.pk}/")
