"""The pages of this domain."""

from django.urls import path

from rounds.web.numbers import files, index, number

urlpatterns = [
    path("numbers/", index.show),
    path("numbers/<slug:name>/", number.show),
    path("numbers/<slug:name>/files/", files.take),
]
