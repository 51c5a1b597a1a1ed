"""Addresses of mailboxes and the mail they brought."""

from django.urls import path

from rounds.web.reach import composing, mailbox_ways, mailboxes, threads

BOX = "me/mailboxes/<uuid:key>/"

urlpatterns = [
    path("threads/<uuid:key>/", threads.show),
    path("threads/<uuid:key>/answers/new/", composing.of_thread),
    path("me/mailboxes/", mailboxes.index),
    path("me/mailboxes/ways/<slug:kind>/", mailbox_ways.begin),
    path("me/mailboxes/return/", mailbox_ways.back),
    path(BOX, mailboxes.show),
    path(f"{BOX}stopping/", mailboxes.stopping),
    path(f"{BOX}resuming/", mailboxes.resuming),
    path(f"{BOX}ending/", mailboxes.ending),
]
