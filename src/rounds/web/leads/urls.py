"""The pages of this domain."""

from django.urls import path

from rounds.web.leads import answers, deeds, dry_run, forms, journey, lead, leads, new, owning, public, qualification

ONE = "leads/<uuid:key>/"

urlpatterns = [
    path("leads/", leads.index),
    path("leads/new/", new.new),
    path("leads/matrix/", qualification.matrix),
    path("leads/dry-run/", dry_run.show),
    path("leads/forms/", forms.index),
    path("leads/forms/<uuid:key>/closing/", forms.close),
    path(ONE, lead.show),
    path(ONE + "preview/", lead.preview),
    path(ONE + "score/", lead.part, {"name": "score"}),
    path(ONE + "fresh/", lead.part, {"name": "fresh"}),
    path(ONE + "band/", lead.part, {"name": "band"}),
    path(ONE + "why/", lead.part, {"name": "why"}),
    path(ONE + "sandbox/", lead.part, {"name": "sandbox"}),
    path(ONE + "cells/<slug:name>/", leads.cell),
    path(ONE + "answers/", answers.save),
    path(ONE + "answers/preview/", answers.preview),
    path(ONE + "answers/<uuid:answer>/undoing/", answers.undo),
    path(ONE + "overrides/", answers.override),
    path(ONE + "what-if/", answers.what_if),
    path(ONE + "checklist/", answers.tick),
    path(ONE + "qualification/", qualification.sheet),
    path(ONE + "qualification/answers/", qualification.answer),
    path(ONE + "qualification/passes/", qualification.passing),
    path(ONE + "qualification/overrides/", qualification.override),
    path(ONE + "conversion/", qualification.convert),
    path(ONE + "journey/", journey.show),
    path(ONE + "activities/", deeds.log),
    path(ONE + "activities/<uuid:activity>/withdrawal/", deeds.withdraw),
    path(ONE + "clocks/pause/", deeds.pause),
    path(ONE + "status/", deeds.set_status),
    path(ONE + "status/undoing/", deeds.undo_status),
    path(ONE + "owner/", deeds.give),
    path(ONE + "acceptance/", owning.accept),
    path(ONE + "declining/", owning.decline),
    path("f/<slug:key>/", public.form),
    path("f/<slug:key>/thanks/", public.thanks),
]
