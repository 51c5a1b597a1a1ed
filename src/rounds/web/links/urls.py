"""Connections to other systems."""

from django.urls import path

from rounds.web.links import signatures, webhooks

HOOK = "links/webhooks/<uuid:key>/"

urlpatterns = [
    path("links/signatures/", signatures.index),
    path("links/signatures/<uuid:key>/ending/", signatures.ending),
    path("links/webhooks/", webhooks.index),
    path(HOOK, webhooks.show),
    path(f"{HOOK}testing/", webhooks.testing),
    path(f"{HOOK}switching/", webhooks.switching),
    path(f"{HOOK}secret/", webhooks.renewing),
    path(f"{HOOK}ending/", webhooks.ending),
]
