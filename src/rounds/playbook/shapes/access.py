"""Access: roles, and how people prove who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Way = Literal["own", "territory", "team", "all"]
Reach = Literal["rows", "all"]
Hands = Literal["own", "rows", "all"]
Audience = Literal["staff", "service", "portal"]
Permission = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$")]


HIDEABLE: dict[str, tuple[str, ...]] = {
    "account.it_budget": ("it_budget_usd", "it_budget_pct"),
    "contact.stance": (), "contact.influence": (), "contact.motivation": (), "contact.email": (), "contact.phone": (),
    "lead.email": (), "lead.phone": (),
}  # fmt: skip
"""The fields a role can be kept from → the facts of the vocabulary that tell them. Every door knows these and no
others, so that no rule can be written that would not hold."""


class Object(Shape):
    title: str
    plural: str


class FieldGroup(Cited):
    """Fields named `object.field`."""

    title: str
    of: Annotated[tuple[str, ...], Several]


class Role(Cited):
    """What one role reaches. `sells`: it has a book of its own. `privileged`: stricter rules of sign-in."""

    title: str
    audience: Audience
    privileged: bool = False
    sells: bool = False
    rows: Annotated[tuple[Way, ...], Several]
    read: dict[Code, Reach] = {}
    write: dict[Code, Hands] = {}
    hides: Annotated[tuple[Code, ...], Several] = ()
    may: Annotated[tuple[Permission, ...], Several] = ()


class AccessRoles(Shape):
    rule: str
    title: str
    objects: dict[Code, Object]
    fields: dict[Code, FieldGroup]
    permissions: dict[Permission, str]
    roles: dict[Code, Role]

    def hidden(self, role: Role) -> frozenset[str]:
        """The `object.field` names `role` is kept from."""
        return frozenset(name for group in role.hides if group in self.fields for name in self.fields[group].of)


class Amount(Cited):
    """A whole number of `unit`."""

    value: Annotated[int, Field(ge=0, le=100_000)]
    unit: Literal["seconds", "minutes", "hours", "days", "steps", "codes", "characters", "passwords", "failures", "rows"]

    @property
    def span(self) -> timedelta:
        """As a length of time. Raises TypeError for what is none."""
        return timedelta(**{self.unit: self.value})


class Sms(Cited):
    allowed: bool
    privileged: Literal[False]
    good_for: Amount


class SecondFactor(Cited):
    asked_of: Annotated[tuple[Audience, ...], Several]
    kinds: Annotated[tuple[Literal["totp", "webauthn"], ...], Several]
    sms: Sms
    totp_drift: Amount
    recovery_codes: Amount
    within: Amount


class Passwords(Shape):
    shortest: Amount
    longest: Amount
    not_again: Amount


class Sessions(Shape):
    sensitive_idle: Amount
    idle: Amount
    unrecognised_idle: Amount
    absolute: Amount
    step_up: Amount
    recognised: Amount


class Links(Shape):
    login: Amount
    invitation: Amount


class BackOff(Shape):
    free: Amount
    first: Amount
    most: Amount
    forgotten_after: Amount
    per_network: Amount


class Exports(Shape):
    reason_above: Amount
    many_above: Amount


class SignIn(Shape):
    rule: str
    title: str
    second_factor: SecondFactor
    passwords: Passwords
    sessions: Sessions
    links: Links
    back_off: BackOff
    exports: Exports
