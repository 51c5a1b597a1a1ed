"""Addresses of reach."""

from django.urls import path

from rounds.web.reach import enrolling, enrolments, following, sending, sequences, unsubscribing

urlpatterns = [
    path("u/<str:token>/", unsubscribing.unsubscribe),
    path("r/<str:token>/", following.follow),
    path("o/<str:token>/", following.picture),
    path("sending/", sending.index),
    path("sequences/", sequences.index),
    path("sequences/<slug:code>/", sequences.show),
    path("enrolments/", enrolments.index),
    path("leads/<uuid:key>/enrolments/new/", enrolling.of_lead),
    path("contacts/<uuid:key>/enrolments/new/", enrolling.of_contact),
    path("opportunities/<uuid:key>/enrolments/new/", enrolling.of_deal),
    path("enrolments/<uuid:key>/", enrolments.show),
    path("enrolments/<uuid:key>/preview/", enrolments.preview),
    path("enrolments/<uuid:key>/<slug:name>/", enrolments.deed),
]
