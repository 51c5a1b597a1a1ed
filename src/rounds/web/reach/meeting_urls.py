"""Addresses of meetings, and of the pages on which people outside book one."""

from django.urls import path

from rounds.web.reach import booking_pages, calendars, linkedin, meetings, public_booking, week

ONE = "meetings/<uuid:key>/"
urlpatterns = [
    path("book/<str:token>/", public_booking.book),
    path("book/own/<str:token>/", public_booking.own),
    path("book/own/<str:token>/cancelling/", public_booking.cancel),
    path("book/own/<str:token>/invitation.ics", public_booking.invitation),
    path("linkedin/", linkedin.plays),
    path("meetings/", meetings.index),
    path("meetings/new/", meetings.new),
    path("meetings/times/", meetings.times),
    path("meetings/week/", week.show),
    path("meetings/pages/", booking_pages.index),
    path("meetings/pages/<uuid:key>/closing/", booking_pages.close),
    path("meetings/calendars/", calendars.index),
    path("meetings/calendars/<uuid:key>/ending/", calendars.end),
    path(ONE, meetings.show),
    path(f"{ONE}preview/", meetings.preview),
    path(f"{ONE}<slug:name>/", meetings.part),
]
