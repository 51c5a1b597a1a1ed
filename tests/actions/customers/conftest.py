"""A hospital that bought, with its project."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from rounds.actions.customers import implementations
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import agreements, baa_reading
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.base import signature
from rounds.models.flow.active import active


@pytest.fixture
def won(cast):
    """`won(name)`: an account of the owner, its contacts, a won deal and the project, signed `days` ago."""

    def make(name="Harbour East", *, days=100, weeks=24, people=0, project=True, parent=None, baa=False):
        by, at = cast.owner.actor, now() - timedelta(days=days)
        account = accounts.add(name=name, level="hospital", state="NY", parent=parent, by=cast.admin.actor, at=at)
        account = accounts.assign(account, cast.owner, by=cast.admin.actor, at=at)
        deal = Opportunity.objects.create(
            name=f"{name}: stroke triage", account=account, buying_unit_id=account.buying_unit_id or account.id, owner=cast.owner,
            team=cast.owner.team, territory=account.territory, stage="O9", amount_cents=48_000_000, opened_at=at, closed_at=at, updated_at=at,
            **signature(by, at),
        )  # fmt: skip
        if baa:
            party = agreements.add("", "customer", account=account, by=cast.compliance.actor, at=at)
            row = agreements.draft(party, "1", effective_on=agreements.day(at), expires_on=agreements.day(at) + timedelta(days=900), by=cast.compliance.actor, at=at)
            agreements.sign(row, agreements.day(at), by=cast.compliance.actor, at=at)
            baa_reading.read(row, list(active().playbook.agreements.elements.titles), by=cast.compliance.actor, at=at)
        met = [contacts.add(account, name=f"Person {n}", title="CIO", email=f"person{n}@{account.id.hex[:8]}.example", by=by, at=at) for n in range(people)]
        found = SimpleNamespace(account=account, deal=deal, contacts=met, by=by, at=at, project=None, customer=None)
        if project:
            found.project = implementations.open_for(deal, signed_on=at.date(), kickoff_on=at.date(), weeks=weeks, by=by, at=at)
            found.customer = found.project.customer
        return found

    return make
