"""Enrolments in sequences, their steps, and each decision to send or not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Signed

STATES = ("active", "paused", "ended")
STEPS = ("planned", "waiting", "sent", "done", "skipped", "cancelled")


class Enrolment(Row, Signed):
    """A person in a sequence, as it was when they were enrolled (`playbook_hash`): a changed sequence touches only steps
    that were not done. The person is a contact or a lead, known by `person_index`, the blind index of the address.

    `begins_on` is the day the steps count from, in `zone`. `ended_for`: finished, or why it stopped (reply, meeting,
    unsubscribe, bounce, stage, disqualified, colleague, system, left, by_hand). `exclusive`: nobody is in two such at once.
    """

    retention = "contact"
    sight = "about"

    sequence = models.TextField()
    playbook_hash = models.TextField()
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    buying_unit = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    campaign = models.ForeignKey("rounds.Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="enrolments", db_index=False)
    person_index = models.TextField()
    name = models.TextField(blank=True, default="")
    sender = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    begins_on = models.DateField()
    zone = models.TextField()
    exclusive = models.BooleanField(default=True)
    purpose = models.TextField(default="commercial")
    why = models.TextField(blank=True, default="")
    """Who or what enrolled them, in words: by hand, an automation, the nurture rule."""
    state = models.TextField(default="active")
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_for = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_for = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_index", "sequence"], condition=~Q(state="ended"), name="enrolled_once"),
            models.UniqueConstraint(fields=["person_index"], condition=~Q(state="ended") & Q(exclusive=True), name="enrolled_in_one"),
        ]
        indexes = [
            models.Index(fields=["sequence", "state", "-at"], name="enrolment_sequence"),
            models.Index(fields=["-at", "id"], name="enrolment_newest"),
            models.Index(fields=["lead"], name="enrolment_lead", condition=Q(lead__isnull=False)),
            models.Index(fields=["contact"], name="enrolment_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["opportunity"], name="enrolment_deal", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["account"], name="enrolment_account", condition=Q(account__isnull=False)),
            models.Index(fields=["buying_unit"], name="enrolment_unit", condition=Q(buying_unit__isnull=False)),
            models.Index(fields=["sender", "state"], name="enrolment_sender"),
            models.Index(fields=["campaign", "state"], name="enrolment_campaign", condition=Q(campaign__isnull=False)),
        ]


class EnrolmentStep(Row):
    """One step of an enrolment. `next_at`: when it is looked at, or looked at again; what was decided last stands beside it.

    What is due is found by `next_at` among planned steps alone, however many enrolments there are.
    """

    retention = "contact"
    sight = "about"

    enrolment = models.ForeignKey("rounds.Enrolment", on_delete=models.CASCADE, related_name="steps", db_index=False)
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.SmallIntegerField()
    step = models.TextField()
    do = models.TextField()
    due_on = models.DateField()
    next_at = models.DateTimeField()
    state = models.TextField(default="planned")
    code = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True, default="")
    """Who read the letter and let it go, where letters are read before they go."""
    message = models.OneToOneField("rounds.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolment_step")
    task = models.ForeignKey("rounds.Task", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "position"], name="step_once")]
        indexes = [models.Index(fields=["next_at", "id"], name="step_due", condition=Q(state="planned"))]


class SendDecision(Row):
    """Each decision on a step or a mail: send, later or never, and why. Nothing is decided without one."""

    retention = "contact"
    append_only = True
    sight = "about"

    enrolment = models.ForeignKey("rounds.Enrolment", null=True, blank=True, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    message = models.ForeignKey("rounds.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.SmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    outcome = models.TextField()
    code = models.TextField()
    why = models.TextField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["enrolment", "position", "at"], name="decision_step"),
            models.Index(fields=["message", "at"], name="decision_letter", condition=Q(message__isnull=False)),
        ]


class Campaign(Row, Signed):
    """A send to many at once (newsletter, webinar, event, resource): a sequence of one letter (`kind`), under the same rules. It has a
    name, by which people are added while it goes on, and its numbers stand at one address."""

    retention = "business"
    sight = "open"

    name = models.TextField()
    kind = models.TextField()
    template = models.TextField()
    state = models.TextField(default="running")
    """running, finished, stopped."""
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="campaign_once")]
        indexes = [models.Index(fields=["-at", "id"], name="campaign_newest")]
