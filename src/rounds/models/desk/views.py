"""Saved views, favourites and recent places."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row


class SavedView(Row):
    """A list's query string under a name; private unless shared; one default for a person and noun."""

    retention = "business"

    noun = models.TextField()
    name = models.TextField()
    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    query = models.TextField(default="")
    position = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "noun"], condition=Q(is_default=True), name="view_one_default"
            ),
        ]
        indexes = [models.Index(fields=["noun", "user"], name="view_noun")]


class Favourite(Row):
    """A place a person keeps in the rail."""

    retention = "working"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="favourites")
    label = models.TextField()
    url = models.TextField()
    icon = models.TextField(default="bookmark")
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "url"], name="favourite_once")]


class Recent(Row):
    """A record a person looked at lately; feeds the palette."""

    retention = "working"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="recents")
    label = models.TextField()
    url = models.TextField()
    icon = models.TextField(default="building-2")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "url"], name="recent_once")]
        indexes = [models.Index(fields=["user", "-at"], name="recent_user")]
