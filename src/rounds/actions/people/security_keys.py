"""Security keys and passkeys (WebAuthn level 2): asking a browser for one, and checking what it answers.

A challenge is made for one question and kept with the session that asked; the answer is bound to our address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import webauthn
from webauthn.helpers import exceptions
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from rounds.actions.people import factors
from rounds.kit.actor import Actor
from rounds.models import Factor, User

BROKEN = (exceptions.WebAuthnException, ValueError, KeyError, TypeError)
"""What an answer that is none makes the library raise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key is asked for: the host name it is bound to, and the address a browser says it stands on."""

    host: str
    origin: str
    company: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the browser: `options` as JSON for it, `challenge` to be kept until it answers."""

    options: str
    challenge: bytes


def ask_new(user: User, place: Place) -> Asked:
    """Ask for a new key of `user`; a passkey where the device can."""
    there = [PublicKeyCredentialDescriptor(id=bytes(one.credential)) for one in factors.held(user) if one.credential]
    options = webauthn.generate_registration_options(
        rp_id=place.host, rp_name=f"Rounds, {place.company}", user_id=user.id.bytes, user_name=user.email,
        user_display_name=user.name, exclude_credentials=there,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return Asked(webauthn.options_to_json(options), options.challenge)


def ask(place: Place, user: User | None = None) -> Asked:
    """Ask for a key of `user`; for whichever passkey the browser has, with its own proof (PIN, finger), where it is None."""
    mine = [PublicKeyCredentialDescriptor(id=bytes(one.credential)) for one in factors.usable(user) if one.credential] if user else None
    need = UserVerificationRequirement.DISCOURAGED if user else UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(rp_id=place.host, allow_credentials=mine, user_verification=need)
    return Asked(webauthn.options_to_json(options), options.challenge)


def add(user: User, answer: str, challenge: bytes, place: Place, *, name: str, by: Actor, at: datetime) -> Factor:
    """Keep the key of a browser's answer. Effects: those of `factors.add_key`. Raises FactorRefused."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.host, expected_origin=place.origin
        )
    except BROKEN:
        raise factors.FactorRefused("The key's answer could not be checked. Try again, or use another key.") from None
    return factors.add_key(user, name=name, credential=made.credential_id, public_key=made.credential_public_key,
                           counter=made.sign_count, by=by, at=at)  # fmt: skip


def used(answer: str, challenge: bytes, place: Place, *, at: datetime, user: User | None = None) -> Factor | None:
    """The key that gave this answer, None when it is not one of `user` or the answer is wrong.

    Without `user` it must have checked the person itself. A counter that runs backwards (a copied key) is wrong too.
    Effects: counter, used_at.
    """
    try:
        said = json.loads(answer)
        wanted = webauthn.base64url_to_bytes(said["rawId"])
        handle = said["response"].get("userHandle")
        owner = webauthn.base64url_to_bytes(handle) if handle else b""
    except (*BROKEN, AttributeError):
        return None
    rows = Factor.objects.select_for_update(of=("self",)).select_related("user").filter(credential=wanted, removed_at=None)
    row = (rows.filter(user=user) if user else rows).first()
    if row is None or (owner and owner != row.user_id.bytes) or not (user or owner):
        return None
    try:
        checked = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=place.host, expected_origin=place.origin,
            credential_public_key=bytes(row.public_key), credential_current_sign_count=row.counter,
            require_user_verification=user is None,
        )  # fmt: skip
    except BROKEN:
        return None
    row.counter, row.used_at = checked.new_sign_count, at
    row.save(update_fields=["counter", "used_at"])
    return row
