"""The pages of this domain."""

from django.urls import path

from rounds.web.deals import cells, competitors, opportunities, qualification

urlpatterns = [
    path("competitors/", competitors.index),
    path("competitors/<uuid:key>/", competitors.show),
    path("competitors/<uuid:key>/sources/", competitors.cite),
    path("competitors/<uuid:key>/retiring/", competitors.retire),
    path("opportunities/<uuid:key>/competitors/", competitors.meet),
    path("opportunities/<uuid:key>/qualification/", qualification.show),
    path("opportunities/<uuid:key>/qualification/answers/", qualification.answer),
    path("opportunities/", opportunities.index),
    path("opportunities/<uuid:key>/", opportunities.show),
    path("opportunities/<uuid:key>/values/<slug:name>/", cells.cell),
    path("opportunities/<uuid:key>/preview/", opportunities.preview),
]
