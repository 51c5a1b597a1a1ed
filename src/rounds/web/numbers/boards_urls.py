"""The addresses of dashboards and of the scorecard."""

from django.urls import path

from rounds.web.numbers import boards, scorecard

urlpatterns = [
    path("dashboards/", boards.index),
    path("dashboards/<slug:name>/", boards.show),
    path("dashboards/<slug:name>/pictures/", boards.drawn),
    path("dashboards/<slug:name>/files/", boards.take),
    path("scorecard/", scorecard.show),
    path("scorecard/<slug:kpi>/", scorecard.one),
    path("scorecard/<slug:kpi>/figures/", scorecard.enter),
    path("scorecard/<slug:kpi>/baselines/", scorecard.freeze),
    path("scorecard/<slug:kpi>/comments/", scorecard.comment),
]
