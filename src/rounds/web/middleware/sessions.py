"""What keeps a session alive: what a person does, not what a page polls."""

from __future__ import annotations

from rounds.actions.people import sessions
from rounds.kit.clock import now


class SessionMiddleware:
    """Moves `seen_at` with every request but those that a page sends by itself: polling keeps nobody in.

    Such a request carries `Rounds-Polled`, as that of `<c-progress>` does, or its view sets `request.polled`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        row = getattr(request.session, "row", None)
        if row is not None and row.user_id and not (getattr(request, "polled", False) or request.headers.get("Rounds-Polled")):
            sessions.touch(row, at=now())
        return response
