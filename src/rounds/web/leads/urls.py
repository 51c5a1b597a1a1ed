"""The pages of this domain."""

from django.urls import path

from rounds.web.leads import leads

urlpatterns = [
    path("leads/", leads.index),
]
