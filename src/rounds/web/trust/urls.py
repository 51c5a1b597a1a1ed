"""Compliance: checks, agreements, retention, holds."""

from django.urls import path

from rounds.web.trust import acting, agreements, baa, compliance, holds, outbound, releases, retention

PARTY = "trust/agreements/<uuid:key>/"

urlpatterns: list = [
    path("trust/", compliance.index),
    path("trust/checks/", compliance.runs),
    path("trust/fresh/", compliance.fresh),
    path("trust/agreements/", agreements.index),
    path(PARTY, agreements.show),
    path(f"{PARTY}versions/", agreements.versions),
    path(f"{PARTY}versions/<uuid:baa>/", baa.show),
    path(f"{PARTY}versions/<uuid:baa>/readings/", baa.readings),
    path(f"{PARTY}versions/<uuid:baa>/returns/", baa.returns),
    path(f"{PARTY}versions/<uuid:baa>/signing/", agreements.signing),
    path(f"{PARTY}versions/<uuid:baa>/ending/", agreements.ending),
    path(f"{PARTY}closing/", agreements.closing),
    path("trust/retention/", retention.index),
    path("trust/retention/runs/", retention.runs),
    path("trust/retention/runs/<uuid:key>/", retention.run),
    path("trust/retention/runs/<uuid:key>/stopping/", retention.stop),
    path("trust/releases/", releases.index),
    path("trust/outbound/", outbound.index),
    path("trust/outbound/holding/", outbound.holding),
    path("trust/outbound/resuming/", outbound.resuming),
    path("trust/outbound/<uuid:key>/<slug:deed>/", outbound.deciding),
    path("trust/mail/", outbound.drop),
    path("trust/mail/<str:name>/", outbound.dropped),
    path("act/<str:token>/", acting.act),
    path("trust/holds/", holds.index),
    path("trust/holds/<uuid:key>/lifting/", holds.lifting),
]
