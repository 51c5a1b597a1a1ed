"""Automations."""

from django.urls import path

from rounds.web.flow import automations

urlpatterns = [
    path("automations/", automations.listing),
    path("automations/again/", automations.again),
    path("automations/runs/<uuid:key>/", automations.run),
    path("automations/runs/<uuid:key>/replay/", automations.replay),
    path("automations/batches/<uuid:key>/release/", automations.release),
    path("automations/<slug:code>/", automations.one),
    path("automations/<slug:code>/switch/", automations.switch),
    path("automations/<slug:code>/trial/", automations.trial),
]
