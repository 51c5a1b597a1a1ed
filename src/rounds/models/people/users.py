"""Users: who logs in, what they may do, where they sell."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rounds.kit.actor import Actor
from rounds.models.base import Row

ROLES = [("rep", "Sales rep"), ("manager", "Sales manager"), ("admin", "RevOps admin")]
SEATS = [
    ("", "None"),
    ("senior_ae", "Senior account executive"),
    ("ae", "Account executive"),
    ("inside_sales", "Inside sales representative"),
]
THEMES = [("system", "System"), ("light", "Light"), ("dark", "Dark")]


class Users(BaseUserManager["User"]):
    """Finds people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """A person who logs in. `role` says what they may do, `seat` which leads they are given."""

    retention = "contact"

    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.TextField(choices=ROLES, default="rep")
    seat = models.TextField(choices=SEATS, blank=True, default="")
    team = models.ForeignKey(
        "rounds.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    territories = ArrayField(models.TextField(), blank=True, default=list)
    is_active = models.BooleanField(default=True)
    theme = models.TextField(choices=THEMES, default="system")
    time_zone = models.TextField(default="America/New_York")
    single_keys = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    objects = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside a name."""
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    @property
    def actor(self) -> Actor:
        """This person as the `by` of an action."""
        return Actor("user", self.id, self.name)


class LoginLink(Row):
    """A link that logs one person in once. Only the digest of its token is kept."""

    retention = "security"
    sight = "closed"

    user = models.ForeignKey("rounds.User", on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
