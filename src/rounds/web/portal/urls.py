"""What customers see."""

from django.urls import path

from rounds.web.portal import home, own

urlpatterns = [
    path("", home.home),
    path("projects/<uuid:key>/", own.project),
    path("pocs/<uuid:key>/", own.poc),
    path("proposals/<uuid:key>/", own.proposal),
    path("<slug:place>/<uuid:key>/signing/", own.sign),
]
