"""What a lead may be given as: one shape for the form, the API, the CSV and the command."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rounds.kit.faults import sentence
from rounds.kit.refusal import Refusal
from rounds.kit.text import state_code

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class LeadRefused(Refusal):
    """A lead that cannot be taken as it is. The sentence names the field and the mend."""

    status = 422


class LeadGiven(BaseModel):
    """A lead as someone gives it. `facts` are raw facts by vocabulary name, `answers` criterion → level."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=200)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=60)
    title: str = Field("", max_length=200)
    organization: str = Field("", max_length=300)
    state: str = Field("", max_length=40)
    source: str = Field("", max_length=60)
    message: str = Field("", max_length=5000)
    hand_raise: bool = False
    external_id: str | None = Field(None, max_length=200)
    facts: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, str] = Field(default_factory=dict)

    @field_validator("email")
    @classmethod
    def mail(cls, said: str) -> str:
        local, at, host = said.partition("@")
        if said and not (local and at and "." in host.strip(".") and not any(c.isspace() for c in said)):
            raise ValueError("is not an e-mail address; write it like name@hospital.example, or leave it empty")
        return said.lower()

    @field_validator("name", "email", "phone", "title", "organization", "source", "external_id")
    @classmethod
    def one_line(cls, said: str | None) -> str | None:
        if said and _CONTROL.search(said):
            raise ValueError("must be one line without control characters")
        return said

    @field_validator("message")
    @classmethod
    def storable(cls, said: str) -> str:
        if "\0" in said:
            raise ValueError("must not hold NUL characters")
        return said

    @field_validator("state")
    @classmethod
    def us_state(cls, said: str) -> str:
        if said and not state_code(said):
            raise ValueError(f"“{said}” is not a US state; give its two letters or its name, or leave it empty")
        return state_code(said) if said else ""


def given(**said: Any) -> LeadGiven:
    """`said` as a LeadGiven. Raises LeadRefused with the first fault, said as a sentence that names its field."""
    try:
        return LeadGiven(**said)
    except ValidationError as error:
        raise refusal_of(error) from error


def refusal_of(error: ValidationError) -> LeadRefused:
    """The first fault of a validation as a sentence."""
    fault = error.errors()[0]
    field = ".".join(str(part) for part in fault["loc"]) or "lead"
    says = {
        "extra_forbidden": f"“{field}” is not a field of a lead; remove it or put it under facts.",
        "missing": f"{field} is missing; a lead needs at least a name.",
        "string_too_short": f"{field} is empty; a lead needs at least a name.",
    }.get(fault["type"])
    if says is None:
        says = sentence(field, fault)
    return LeadRefused(says, field=field)
