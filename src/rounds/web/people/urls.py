"""People, teams, and one's own account."""

from django.urls import path

from rounds.web.people import availability, mine, people, person_acts, teams

urlpatterns = [
    path("people/", people.index),
    path("people/new/", people.new),
    path("people/<uuid:key>/", people.show),
    path("people/<uuid:key>/preview/", people.preview),
    path("people/<uuid:key>/placing/", person_acts.placing),
    path("people/<uuid:key>/link/", person_acts.link),
    path("people/<uuid:key>/invitation/", person_acts.invitation),
    path("people/<uuid:key>/invitation/withdrawal/", person_acts.withdrawal),
    path("people/<uuid:key>/sessions/ending/", person_acts.sessions_ending),
    path("people/<uuid:key>/tokens/<uuid:token>/revoking/", person_acts.token_revoking),
    path("people/<uuid:key>/factors/resetting/", person_acts.factors_reset),
    path("people/<uuid:key>/leaving/", person_acts.away),
    path("people/<uuid:key>/handover/undoing/", person_acts.handover_undoing),
    path("teams/", teams.index),
    path("teams/<uuid:key>/", teams.show),
    path("teams/<uuid:key>/members/", teams.members),
    path("teams/<uuid:key>/ending/", teams.ending),
    path("availability/", availability.index),
    path("availability/absences/<uuid:key>/withdrawal/", availability.withdrawal),
    path("availability/<uuid:key>/capacity/", availability.capacity),
    path("me/", mine.profile),
    path("me/password/", mine.password),
    path("me/tokens/", mine.own_tokens),
    path("me/tokens/<uuid:key>/revoking/", mine.token_revoking),
]
