"""The pages of this domain."""

from django.urls import path

from rounds.web.deals import opportunities

urlpatterns = [
    path("opportunities/", opportunities.index),
    path("opportunities/<uuid:key>/", opportunities.show),
    path("opportunities/<uuid:key>/preview/", opportunities.preview),
]
