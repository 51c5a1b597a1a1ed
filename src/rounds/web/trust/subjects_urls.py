"""Requests of people in the data, and text held back."""

from django.urls import URLPattern, path

from rounds.web.trust import held, requests

urlpatterns: list[URLPattern] = [
    path("trust/held/", held.queue),
    path("trust/held/<uuid:key>/", held.entry),
    path("trust/held/<uuid:key>/decision/", held.decide),
    path("trust/requests/", requests.index),
    path("trust/requests/finding/", requests.finding),
    path("trust/requests/<uuid:key>/", requests.show),
    path("trust/requests/<uuid:key>/file/", requests.file),
    path("trust/requests/<uuid:key>/erasure/", requests.erase),
    path("trust/requests/<uuid:key>/closing/", requests.close),
    path("trust/requests/<uuid:key>/longer/", requests.longer),
]
