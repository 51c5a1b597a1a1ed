"""Contacts and the committee: the people of an account and the parts they play in its decisions."""

from __future__ import annotations

import pghistory
from django.db import models

from rounds.kit.text import digits
from rounds.models.base import Mergeable, Row, Seen, Signed
from rounds.models.sealed import BlindIndex, SealedText


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(row=pghistory.Old),
    exclude=["strength", "strength_was", "updated_at", "phone_index"],
    model_name="ContactHistory",
)
class Contact(Seen, Mergeable):
    """A person at an account. `role` is a code of the playbook's contact roles, '' = to be reviewed. `strength` is how
    well we know each other, 0 to 100, `strength_was` the same some months ago (ACCT-17)."""

    retention = "contact"

    account = models.ForeignKey("rounds.Account", on_delete=models.PROTECT, related_name="contacts")
    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.TextField()
    title = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    role_group = models.TextField(blank=True, default="")
    seniority = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = SealedText(blank=True, default="")
    phone_index = BlindIndex(of="phone", plain=digits)
    preference = models.TextField(blank=True, default="")
    strength = models.SmallIntegerField(null=True, blank=True)
    strength_was = models.SmallIntegerField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    external_id = models.TextField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        # Mail, imports and booking pages ask for an address with "=", the only way by index under row security.
        constraints = [models.CheckConstraint(condition=~models.Q(email__regex="[A-Z]"), name="contact_email_small")]
        indexes = [
            models.Index(fields=["name", "id"], name="contact_name"),
            models.Index(fields=["account", "name"], name="contact_account"),
            models.Index(fields=["buying_unit", "role"], name="contact_unit_role"),
            models.Index(fields=["strength", "id"], name="contact_strength"),
            models.Index(fields=["email"], name="contact_email"),
            models.Index(fields=["phone_index"], name="contact_phone", condition=~models.Q(phone_index="")),
            models.Index(fields=["merged_into"], name="contact_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class CommitteeSeat(Row, Signed):
    """The part one contact plays for one account: a contact may hold several (ACCT-13)."""

    retention = "business"
    sight = "account"
    noun = "contact"

    account = models.ForeignKey("rounds.Account", on_delete=models.CASCADE, related_name="committee")
    contact = models.ForeignKey("rounds.Contact", on_delete=models.CASCADE, related_name="seats")
    role = models.TextField(blank=True, default="")
    influence = models.SmallIntegerField(default=0)
    stance = models.TextField(default="neutral")
    decision_level = models.TextField(blank=True, default="")
    preference = models.TextField(blank=True, default="")
    motivation = SealedText(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "contact", "role"], name="seat_once"),
            models.CheckConstraint(
                condition=models.Q(influence__gte=0, influence__lte=5), name="seat_influence_0_5"
            ),
        ]
