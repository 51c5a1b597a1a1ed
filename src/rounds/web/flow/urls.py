"""The playbook."""

from django.urls import path

from rounds.web.flow import drafts, fields, imports, playbook, territories

urlpatterns = [
    path("playbook/", playbook.read),
    path("playbook/files/<path:file>/", playbook.read),
    path("playbook/findings/", playbook.findings),
    path("playbook/choices/", playbook.choices),
    path("playbook/versions/", playbook.versions),
    path("playbook/versions/<int:number>/", playbook.version),
    path("playbook/territories/", territories.show),
    path("playbook/what-if/", drafts.what_if),
    path("playbook/what-if/moved.csv", drafts.moved_csv),
    path("playbook/draft/", drafts.draft),
    path("playbook/draft/text/", drafts.text),
    path("playbook/draft/figures/", drafts.figures),
    path("playbook/draft/rebasing/", drafts.rebasing),
    path("playbook/draft/closing/", drafts.closing),
    path("playbook/draft/publication/", drafts.publication),
    path("fields/", fields.index),
    path("imports/", imports.index),
    path("imports/<uuid:key>/", imports.show),
    path("imports/<uuid:key>/mapping/", imports.mapping),
    path("imports/<uuid:key>/values/", imports.values),
    path("imports/<uuid:key>/answers/<int:number>/", imports.answers),
    path("imports/<uuid:key>/errors.csv", imports.errors),
    path("imports/<uuid:key>/<slug:deed>/", imports.doing),
]
