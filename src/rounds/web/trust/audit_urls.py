"""The audit trail and who saw an account."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
