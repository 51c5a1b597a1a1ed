"""Demonstrations: when, who is there, what became of each, what they said and what stayed open."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    model_name="DemoHistory",
)
class Demo(Row, Signed):
    """One session. `kind` is a code of demos.yaml; `state` planned, held, no_show or cancelled, and each change of it a
    DemoChange. `standard`: of the Tier 3 programme, not customized. `zone`: whose clock the customer reads."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="demos")
    kind = models.TextField()
    state = models.TextField(default="planned")
    standard = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    zone = models.TextField()
    place = models.TextField(blank=True, default="")
    presenter = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    moved = models.SmallIntegerField(default=0)
    held_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True, default="")
    next_step = models.TextField(blank=True, default="")
    next_step_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["opportunity", "starts_at"], name="demo_deal"),
            models.Index(fields=["state", "starts_at"], name="demo_state"),
            models.Index(fields=["presenter", "starts_at"], name="demo_presenter"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} demo"

    @property
    def is_planned(self) -> bool:
        return self.state == "planned"


class DemoChange(Row, Signed):
    """What became of a demo: planned, moved, held, no_show or cancelled, why, and when it was to be."""

    retention = "business"
    append_only = True
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    demo = models.ForeignKey("rounds.Demo", on_delete=models.CASCADE, related_name="changes")
    state = models.TextField()
    why = models.TextField(blank=True, default="")
    starts_before = models.DateTimeField(null=True, blank=True)
    starts_after = models.DateTimeField(null=True, blank=True)


class DemoAttendee(Row, Signed):
    """Somebody invited to a demo, with the role they had then; `came` None until it was held."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    demo = models.ForeignKey("rounds.Demo", on_delete=models.CASCADE, related_name="attendees")
    contact = models.ForeignKey("rounds.Contact", on_delete=models.CASCADE, related_name="demos_attended")
    role = models.TextField(blank=True, default="")
    came = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demo", "contact"], name="demo_attendee_once")]


class DemoFeedback(Row, Signed):
    """What one attendee said of a demo; the last one holds."""

    retention = "business"
    append_only = True
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    attendee = models.ForeignKey("rounds.DemoAttendee", on_delete=models.CASCADE, related_name="feedback")
    rating = models.SmallIntegerField()
    intent = models.TextField(blank=True, default="")
    blocker = models.BooleanField(default=False)
    champion = models.BooleanField(default=False)
    concerns = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=10), name="demo_rating")]


class DemoTick(Row, Signed):
    """An item of the guide that was ticked while the demo ran."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    demo = models.ForeignKey("rounds.Demo", on_delete=models.CASCADE, related_name="ticks")
    item = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demo", "item"], name="demo_tick_once")]


class DemoQuestion(Row, Signed):
    """A question that stayed open, who answers it, until when, and the answer."""

    retention = "business"
    sight = "opportunity"
    noun = "opportunity"

    opportunity = models.ForeignKey("rounds.Opportunity", on_delete=models.CASCADE, related_name="+", db_index=False)
    demo = models.ForeignKey("rounds.Demo", on_delete=models.CASCADE, related_name="questions")
    question = models.TextField()
    asked_by = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    owner = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    due_on = models.DateField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_name = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="demo_question_open", condition=Q(answered_at=None))]
