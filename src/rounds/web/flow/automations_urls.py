"""Automations."""

from django.urls import path

from rounds.web.flow import automations, new_automations

urlpatterns = [
    path("automations/", automations.listing),
    path("automations/new/", new_automations.new),
    path("automations/drafted/<slug:code>/", new_automations.drafted),
    path("automations/drafted/<slug:code>/trial/", new_automations.trial),
    path("automations/drafted/<slug:code>/removal/", new_automations.removal),
    path("automations/again/", automations.again),
    path("automations/runs/<uuid:key>/", automations.run),
    path("automations/runs/<uuid:key>/replay/", automations.replay),
    path("automations/batches/<uuid:key>/release/", automations.release),
    path("automations/<slug:code>/", automations.one),
    path("automations/<slug:code>/switch/", automations.switch),
    path("automations/<slug:code>/trial/", automations.trial),
]
