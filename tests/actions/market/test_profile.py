"""What an account carries: figures with a person behind them, words from their lists, and nothing else."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts
from rounds.actions.market.given import AccountRefused
from rounds.kit.clock import now
from rounds.models import Account, AccountFact
from rounds.models.flow.active import active

PROFILE = {
    "beds": 420,
    "ehr": "Epic",
    "population_served": 600_000,
    "it_budget_cents": 6_000_000_00,
    "hipaa_status": "Compliant",
    "specialties": ["Cardiology", "Oncology"],
}


@pytest.mark.req("ACCT-03")
def test_an_account_carries_its_profile_and_who_said_it(cast):
    by = cast.owner.actor
    account = accounts.add(name="Synthetic Harbor", level="system", state="New York", **PROFILE, by=by, at=now())
    account = Account.objects.get(pk=account.pk)
    assert {name: getattr(account, name) for name in PROFILE} == PROFILE
    assert (account.state, account.ehr_vendor) == ("NY", "Epic")
    said = {fact.key: fact.value for fact in AccountFact.objects.filter(account=account, human=True)}
    assert said["beds"] == 420
    assert said["it_budget_usd"] == 6_000_000
    assert {fact.source_ref for fact in account.facts.all()} == {"Olivia Grant"}


@pytest.mark.req("ACCT-04")
def test_hipaa_status_is_picked_from_its_list(cast):
    values = active().playbook.picklists.hipaa_status.values
    account = accounts.add(name="Synthetic Harbor", level="system", by=cast.owner.actor, at=now())
    assert account.hipaa_status == "Unknown"
    for value in values:
        assert accounts.change(account, hipaa_status=value, by=cast.owner.actor, at=now()).hipaa_status == value
    with pytest.raises(AccountRefused, match="use one of: " + values[0]) as refused:
        accounts.change(account, hipaa_status="HIPAA certified", by=cast.owner.actor, at=now())
    assert refused.value.field == "hipaa_status"


@pytest.mark.parametrize(
    "said",
    [
        {"owner_id": "x"}, {"tier": 1}, {"score_total": 100}, {"territory": "West"}, {"id": "x"}, {"custom": {}},
        {"beds": -1}, {"beds": "many"}, {"beds": 10**9}, {"name": ""}, {"name": "a\0b"}, {"name": "\ud800"},
        {"name": "n" * 301}, {"state": "ZZ"}, {"level": "galaxy"}, {"fye_month": 13}, {"it_budget_cents": 10**15},
    ],
    ids=str,
)  # fmt: skip
def test_what_an_account_cannot_carry_is_refused_with_its_field(cast, said):
    account = accounts.add(name="Synthetic Harbor", level="system", by=cast.owner.actor, at=now())
    with pytest.raises(AccountRefused) as refused:
        accounts.change(account, **said, by=cast.owner.actor, at=now())
    assert refused.value.field == next(iter(said))
    assert str(refused.value).endswith(".")
    assert Account.objects.get(pk=account.pk).name == "Synthetic Harbor"
