"""Addresses of reach."""

from django.urls import path

from rounds.web.reach import (
    campaigns,
    composing,
    enrolling,
    enrolments,
    following,
    sending,
    sequences,
    templates,
    unsubscribing,
)

urlpatterns = [
    path("u/<str:token>/", unsubscribing.unsubscribe),
    path("r/<str:token>/", following.follow),
    path("o/<str:token>/", following.picture),
    path("sending/", sending.index),
    path("sequences/", sequences.index),
    path("sequences/<slug:code>/", sequences.show),
    path("campaigns/", campaigns.index),
    path("campaigns/<uuid:key>/", campaigns.show),
    path("campaigns/<uuid:key>/stopping/", campaigns.stop),
    path("templates/", templates.index),
    path("templates/people/", templates.suggest),
    path("templates/<slug:code>/", templates.show),
    path("templates/<slug:code>/html/", templates.html),
    path("enrolments/", enrolments.index),
    path("leads/<uuid:key>/enrolments/new/", enrolling.of_lead),
    path("contacts/<uuid:key>/enrolments/new/", enrolling.of_contact),
    path("opportunities/<uuid:key>/enrolments/new/", enrolling.of_deal),
    path("leads/<uuid:key>/letters/new/", composing.of_lead),
    path("contacts/<uuid:key>/letters/new/", composing.of_contact),
    path("opportunities/<uuid:key>/letters/new/", composing.of_deal),
    path("letters/<uuid:key>/dropping/", composing.drop),
    path("letters/<uuid:key>/releasing/", composing.release),
    path("enrolments/<uuid:key>/", enrolments.show),
    path("enrolments/<uuid:key>/preview/", enrolments.preview),
    path("enrolments/<uuid:key>/<slug:name>/", enrolments.deed),
]
