"""What an account may be given as: one shape for pages, API and command."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rounds.kit.faults import sentence
from rounds.kit.refusal import Refusal
from rounds.kit.text import state_code
from rounds.models.flow.active import active
from rounds.models.market.accounts import LEVELS


class AccountRefused(Refusal):
    """An account that cannot be taken as it is. The sentence names the field and the mend."""

    status = 422


MOST_CENTS = 10**14
"""A million million dollars: more than any figure of a hospital, less than a column can hold."""


class AccountGiven(BaseModel):
    """The columns of an account a person or the API may set. Ids, owner, territory, tier and scores are not."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=300)
    level: str = "hospital"
    subtype: str = ""
    org_type: str = ""
    address: str = Field("", max_length=300)
    city: str = Field("", max_length=120)
    state: str = ""
    zip: str = Field("", max_length=10)
    county: str = Field("", max_length=120)
    phone: str = Field("", max_length=60)
    website: str = Field("", max_length=300)
    locations: int | None = Field(None, ge=0, le=100_000)
    beds: int | None = Field(None, ge=0, le=50_000)
    hospitals: int | None = Field(None, ge=0, le=5_000)
    ehr: str = ""
    ehr_vendor: str = Field("", max_length=120)
    total_margin: float | None = Field(None, ge=-10, le=10)
    it_budget_cents: int | None = Field(None, ge=0, le=MOST_CENTS)
    deal_potential_cents: int | None = Field(None, ge=0, le=MOST_CENTS)
    net_patient_revenue_cents: int | None = Field(None, ge=-MOST_CENTS, le=MOST_CENTS)
    population_served: int | None = Field(None, ge=0, le=400_000_000)
    hipaa_status: str = "Unknown"
    specialties: list[str] = Field(default_factory=list)
    implementation_timeline: str = ""
    fye_month: int | None = Field(None, ge=1, le=12)
    fye_day: int | None = Field(None, ge=1, le=31)

    @field_validator("*", mode="before")
    @classmethod
    def storable(cls, said: Any) -> Any:
        texts = said if isinstance(said, list) else [said]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("holds a NUL character, which no text can; remove it")
        return said

    @field_validator("state")
    @classmethod
    def us_state(cls, said: str) -> str:
        if said and not state_code(said):
            raise ValueError(f"“{said}” is not a US state; give its two letters or its name, or leave it empty")
        return state_code(said) if said else ""

    @field_validator("level")
    @classmethod
    def known_level(cls, said: str) -> str:
        if said not in dict(LEVELS):
            raise ValueError(f"“{said}” is not a level; use one of: {', '.join(dict(LEVELS))}")
        return said

    @field_validator("subtype", "org_type", "ehr", "hipaa_status", "implementation_timeline")
    @classmethod
    def picked(cls, said: str, info) -> str:
        values = getattr(active().playbook.picklists, info.field_name).values
        if said and said not in values:
            raise ValueError(f"“{said}” is not on the list; use one of: {', '.join(values)}")
        return said


def checked(said: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """`said` with every value of the right type and on its list. With `partial` only the fields given come back."""
    try:
        if partial:
            given = AccountGiven(**{"name": "unchanged", **said})
            return given.model_dump(include=set(said))
        return AccountGiven(**said).model_dump()
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])
        says = {
            "extra_forbidden": f"“{field}” is not a field of an account that can be set.",
            "string_too_short": f"{field} is empty; an account needs a name.",
            "missing": f"{field} is missing; an account needs a name.",
        }.get(fault["type"]) or sentence(field, fault)
        raise AccountRefused(says, field=field) from error
