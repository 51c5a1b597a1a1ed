"""The pages of this domain: Today, and what every list shares."""

from django.urls import path

from rounds.web.desk import (
    changes,
    exports,
    hygiene,
    lookups,
    notices,
    own_cells,
    task_deeds,
    tasks,
    today,
    views,
    visit,
)

TASK = "tasks/<uuid:key>/"

urlpatterns = [
    path("hygiene/", hygiene.index),
    path("", today.today),
    path("lists/<slug:noun>/counts/", views.counts),
    path("lists/<slug:noun>/views/", views.save),
    path("lists/<slug:noun>/views/stars/", views.star),
    path("lists/<slug:noun>/views/<str:key>/changing/", views.change),
    path("lists/<slug:noun>/views/<str:key>/dropping/", views.drop),
    path("lists/<slug:noun>/exports/", exports.export),
    path("lists/<slug:noun>/changes/<str:code>/", changes.preview),
    path("lists/<slug:noun>/changes/<str:code>/doing/", changes.begin),
    path("own/lookups/<slug:noun>/", lookups.suggest),
    path("own/<slug:noun>/<uuid:key>/<slug:code>/", own_cells.cell),
    path("notices/", notices.index),
    path("notices/reading/", notices.reading),
    path("notices/<uuid:key>/opening/", notices.opening),
    path("me/notices/", notices.wishes),
    path("changes/<uuid:key>/", changes.show),
    path("changes/<uuid:key>/undoing/", changes.undo),
    path("changes/<uuid:key>/stopping/", changes.stop),
    path("tasks/", tasks.index),
    path("tasks/new/", tasks.new),
    path(TASK, tasks.show),
    path(TASK + "preview/", tasks.preview),
    path(TASK + "completion/", task_deeds.complete),
    path(TASK + "reopening/", task_deeds.reopen),
    path(TASK + "snoozing/", task_deeds.snooze),
    path(TASK + "waking/", task_deeds.wake),
    path(TASK + "dropping/", task_deeds.drop),
    path(TASK + "owner/", task_deeds.give),
    path("log/", visit.log),
    path("leads/<uuid:key>/visits/<uuid:activity>/undoing/", visit.undo, {"name": "lead"}),
    path("accounts/<uuid:key>/visits/<uuid:activity>/undoing/", visit.undo, {"name": "account"}),
]
