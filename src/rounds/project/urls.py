"""The root of all addresses: pages at the front, the API under /api/."""

from django.urls import include, path

from rounds.api.root import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("rounds.web.urls")),
]
handler403 = "rounds.web.errors.forbidden"
handler404 = "rounds.web.errors.not_found"
handler500 = "rounds.web.errors.fault"
