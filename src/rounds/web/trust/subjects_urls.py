"""Requests of people in the data, and text held back."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
