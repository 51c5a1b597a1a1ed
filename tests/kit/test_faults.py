"""What a wrong value is told: what the field takes, and what was given."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, ValidationError

from rounds.kit.faults import sentence


class Given(BaseModel):
    beds: int = Field(1, ge=0, le=50_000)
    it_budget_cents: int = Field(0, ge=0, le=10**12)
    total_margin: float = 0
    name: str = Field("", max_length=20)


@pytest.mark.parametrize(("said", "told"), [
    ({"beds": "=1+1"}, "Beds takes a whole number, like 250, not “=1+1”."),
    ({"beds": -5}, "Beds is at least 0."),
    ({"beds": 10**20}, "Beds is at most 50,000."),
    ({"beds": 1.5}, "Beds takes a whole number, like 250, not “1.5”."),
    ({"it_budget_cents": 10**13}, "It budget is at most 10,000,000,000."),
    ({"total_margin": "x" * 60}, f"Total margin takes a number, like 4.2, not “{'x' * 40}…”."),
    ({"name": "x" * 21}, "Name is too long; keep it under 20 characters."),
])  # fmt: skip
@pytest.mark.req("UI-02")
def test_a_fault_says_what_the_field_takes(said, told):
    with pytest.raises(ValidationError) as caught:
        Given(**said)
    (field, *_), fault = caught.value.errors()[0]["loc"], caught.value.errors()[0]
    assert sentence(field, fault) == told
