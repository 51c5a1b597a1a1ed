"""Users: who logs in, what they may do, where they sell."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.kit.actor import Actor
from rounds.models.base import Row

SEATS = ("senior_ae", "ae", "inside_sales")
"""Roles that are given leads, in the words of routing/roles.yaml."""
THEMES = [("system", "System"), ("light", "Light"), ("dark", "Dark")]


class Users(BaseUserManager["User"]):
    """Finds people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """A person who logs in. `role` is a key of access/roles.yaml: what they may see and do.

    `portal_account`: the customer a portal user belongs to; nobody else has one. Who has left keeps the row, because history
    names it; `left_at` says when. `capacity`: the weight of open leads they carry, None for what the playbook gives their role.
    names it; `left_at` says when. `external_id`: who they are in the system records were imported from.
    """

    retention = "contact"

    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.TextField(default="ae")
    team = models.ForeignKey(
        "rounds.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    territories = ArrayField(models.TextField(), blank=True, default=list)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.TextField(choices=THEMES, default="system")
    time_zone = models.TextField(default="America/New_York")
    single_keys = models.BooleanField(default=True)
    portal_account = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    password_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    external_id = models.TextField(null=True, blank=True, unique=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~models.Q(email__regex="[A-Z]"), name="user_email_small")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside a name."""
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    @property
    def seat(self) -> str:
        """The role in the words of routing, "" for people who are given no leads."""
        return self.role if self.role in SEATS else ""

    @property
    def actor(self) -> Actor:
        """This person as the `by` of an action."""
        return Actor("user", self.id, self.name)


class LoginLink(Row):
    """A link that is the first factor of one person once. Only the digest of its token is kept.

    `purpose`: "login", or "invitation", whose first page asks for a password and a second factor.
    """

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.TextField(default="login")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
