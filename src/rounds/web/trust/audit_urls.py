"""The audit trail and who saw an account."""

from django.urls import path

from rounds.web.trust import audit, disclosures

SAW = "accounts/<uuid:key>/disclosures"

urlpatterns = [
    path("audit/", audit.trail),
    path("audit/exports/", audit.export),
    path(f"{SAW}/", disclosures.show),
    path(f"{SAW}.csv", disclosures.table),
    path(f"{SAW}.pdf", disclosures.paper),
]
