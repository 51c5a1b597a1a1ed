"""Addresses of duplicates and merges."""

from django.urls import path

from rounds.web.market import duplicates

urlpatterns: list = [
    path("duplicates/", duplicates.index),
    path("duplicates/like/", duplicates.like),
    path("duplicates/<uuid:key>/", duplicates.show),
    path("duplicates/<uuid:key>/merging/", duplicates.merge),
    path("duplicates/<uuid:key>/apart/", duplicates.apart),
    path("merges/", duplicates.log),
    path("merges/<uuid:key>/undoing/", duplicates.undo),
]
