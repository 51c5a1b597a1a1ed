"""Requests of people in the data, and text held back."""

from django.urls import URLPattern, path

from rounds.web.trust import held

urlpatterns: list[URLPattern] = [
    path("trust/held/", held.queue),
    path("trust/held/<uuid:key>/", held.entry),
    path("trust/held/<uuid:key>/decision/", held.decide),
]
