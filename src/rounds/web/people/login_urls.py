"""Logging in, second factors, sessions."""

from django.urls import path

from rounds.web.people import adding, second, security

urlpatterns = [
    path("login/second/", second.second),
    path("login/second/message/", second.message),
    path("login/enrol/", adding.begin),
    path("login/enrol/app/", adding.app),
    path("login/enrol/key/", adding.key),
    path("login/enrol/message/", adding.sms),
    path("login/key/options/", second.ask_key),
    path("login/key/new/", second.ask_new_key),
    path("login/again/", second.again),
    path("me/security/", security.overview),
    path("me/security/app/", adding.own_app),
    path("me/security/key/", adding.own_key),
    path("me/security/message/", adding.own_sms),
    path("me/security/codes/", security.codes),
    path("me/security/factors/<uuid:key>/name/", security.rename),
    path("me/security/factors/<uuid:key>/removal/", security.remove),
    path("me/security/devices/<uuid:key>/removal/", security.forget),
    path("me/security/sessions/others/end/", security.end_others),
    path("me/security/sessions/<uuid:key>/end/", security.end_one),
]
