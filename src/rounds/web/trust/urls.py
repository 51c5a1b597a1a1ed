"""Compliance: checks, agreements, retention, holds."""

from django.urls import path

from rounds.web.trust import agreements, compliance, holds, releases, retention

PARTY = "trust/agreements/<uuid:key>/"

urlpatterns: list = [
    path("trust/", compliance.index),
    path("trust/checks/", compliance.runs),
    path("trust/fresh/", compliance.fresh),
    path("trust/agreements/", agreements.index),
    path(PARTY, agreements.show),
    path(f"{PARTY}versions/", agreements.versions),
    path(f"{PARTY}versions/<uuid:baa>/signing/", agreements.signing),
    path(f"{PARTY}versions/<uuid:baa>/ending/", agreements.ending),
    path(f"{PARTY}closing/", agreements.closing),
    path("trust/retention/", retention.index),
    path("trust/retention/runs/", retention.runs),
    path("trust/retention/runs/<uuid:key>/", retention.run),
    path("trust/retention/runs/<uuid:key>/stopping/", retention.stop),
    path("trust/releases/", releases.index),
    path("trust/holds/", holds.index),
    path("trust/holds/<uuid:key>/lifting/", holds.lifting),
]
