"""Compliance: checks, agreements, retention, holds."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
