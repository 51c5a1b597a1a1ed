"""What customers see."""

from django.urls import path

from rounds.web.portal import home

urlpatterns = [path("", home.home)]
