"""The pages of the forecast."""

from django.urls import path

from rounds.web.numbers import forecast, quotas

urlpatterns = [
    path("forecast/", forecast.show),
    path("forecast/calls/", forecast.call),
    path("forecast/deals/", forecast.deals),
    path("forecast/locks/", forecast.lock),
    path("forecast/quotas/", quotas.index),
]
