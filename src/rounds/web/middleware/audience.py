"""Who may come in at which door: staff to all pages but the portal, customers to the portal and their own account,
services to none. Asked before any view, so that a page somebody forgets to guard is shut to customers all the same."""

from __future__ import annotations

from django.http import Http404

from rounds.access.roles import role_of

OWN = ("/me/", "/self/theme/")
"""What every person who logs in reaches: one's own account."""
OPEN = ("/static/", "/health/", "/f/", "/hooks/", "/act/", "/s/", "/login/", "/logout/", "/p/", "/u/", "/r/", "/o/", "/v/", "/book/")
"""What nobody needs to be logged in for, and the way out. The only list: a door that is missing here is shut to customers, and
tests/access/routes.yaml, which says of every address what each role is answered, must agree."""
PORTAL = "/portal/"


class AudienceMiddleware:
    """Answers 404 where the viewer's audience does not belong: what is there and what is not look the same.

    The API is no matter of sessions: its tokens are asked in `api/auth.py`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Raises Http404. Here and not above, so that the refusal is a page like every other and undoes the request."""
        open_to_all = request.path.startswith((*OPEN, "/api/"))
        if not open_to_all and request.user.is_authenticated and not belongs(role_of(request.user).audience, request.path):
            raise Http404
        return None


def belongs(audience: str, path: str) -> bool:
    """Whether somebody of `audience` has business at `path`."""
    if path.startswith((*OPEN, "/api/")):
        return True
    if path.startswith(OWN):
        return audience != "service"
    if path.startswith(PORTAL):
        return audience == "portal"
    return audience == "staff"
