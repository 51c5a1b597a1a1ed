"""The pages of the hospital universe and its loads."""

from django.urls import path

from rounds.web.market import universe

urlpatterns = [
    path("universe/", universe.report),
    path("universe/runs/", universe.runs),
    path("universe/runs/<uuid:key>/", universe.run),
    path("universe/runs/<uuid:key>/stopping/", universe.stop),
]
