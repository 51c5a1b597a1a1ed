"""The viewer's own time zone: every moment of their pages is shown in it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from rounds.kit.zones import is_zone


class ZoneMiddleware:
    """Shows moments in the zone a person chose on their own page. The API, and who is not logged in, get UTC."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        zone = "" if request.path.startswith(("/api/", "/health/")) else getattr(request.user, "time_zone", "")
        with timezone.override(ZoneInfo(zone) if is_zone(zone) else None):
            return self.get_response(request)
