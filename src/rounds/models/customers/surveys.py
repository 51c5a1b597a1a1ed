"""Surveys: what customers were asked, who was, and what they said. An answer does not know who gave it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


class Survey(Row, Signed):
    """One round of questions to a customer. `kind` is of the playbook; its words are kept as they were asked."""

    retention = "business"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="surveys", db_index=False)
    kind = models.TextField()
    question = models.TextField()
    most = models.SmallIntegerField(default=10)
    closes_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at"], name="survey_customer"),
            models.Index(fields=["closes_at"], name="survey_to_remind", condition=Q(reminded_at=None)),
        ]


class SurveyInvitation(Row, Signed):
    """One person who was asked, by a link that is signed and not kept. `answered` says that it was used, not when, so that
    no answer is found by its moment."""

    retention = "contact"
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey("rounds.Survey", on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered = models.BooleanField(default=False)


class SurveyAnswer(Row):
    """What somebody said: a number, and why. Of the time it knows the day."""

    retention = "business"
    append_only = True
    sight = "customer"
    noun = "customer"

    customer = models.ForeignKey("rounds.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey("rounds.Survey", on_delete=models.CASCADE, related_name="answers")
    score = models.SmallIntegerField()
    said = models.TextField(blank=True, default="")
    answered_on = models.DateField()
