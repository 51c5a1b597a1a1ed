"""The root of all addresses: pages at the front, the API under /api/."""

from django.urls import include, path, re_path

from rounds.api.problems import nothing_here
from rounds.api.root import addresses

urlpatterns = [
    path("api/v1/", addresses),
    re_path(r"^api/", nothing_here),
    path("", include("rounds.web.urls")),
]
handler400 = "rounds.web.errors.unreadable"
handler403 = "rounds.web.errors.forbidden"
handler404 = "rounds.web.errors.not_found"
handler500 = "rounds.web.errors.fault"
