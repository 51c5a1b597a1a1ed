"""The pages of reports."""

from django.urls import path

from rounds.web.numbers import reports

ONE = "reports/<slug:name>/<uuid:key>/"

urlpatterns = [
    path("reports/", reports.index),
    path("reports/<slug:name>/making/", reports.make),
    path("reports/<slug:name>/preview/", reports.preview),
    path("reports/<slug:name>/wish/", reports.wish),
    path(ONE, reports.show),
    path(ONE + "paper.pdf", reports.file, {"form": "pdf"}),
    path(ONE + "rows.csv", reports.file, {"form": "csv"}),
]
