"""People who may be written to."""

from __future__ import annotations

from dataclasses import replace

import pytest


@pytest.fixture
def postal(settings):
    """We have a postal address, as the law asks."""
    settings.CONFIG = settings.CONFIG.model_copy(update={"postal_address": "12 Ward Street, Boston, MA 02110"})


@pytest.fixture
def person(cast, lead_of, postal):
    """`person(email=…)`: the person of a lead of the owner's, in New York."""
    from rounds.actions.reach import people

    def made(**said):
        given = {"organization": "Newfound Hospital", "email": "rosa@newfound.example", "state": "NY", "title": "Chief Information Officer"}
        lead = lead_of(cast.owner, **(given | said))
        lead.refresh_from_db()
        return people.of_lead(lead)

    return made


@pytest.fixture
def without_unit():
    """A person whose health system is not known."""
    return lambda person: replace(person, unit=None)


@pytest.fixture
def unit_of(cast):
    """`unit_of(person)`: the same person, of a hospital of one health system."""
    from rounds.actions.market import accounts
    from rounds.kit.clock import now

    found = []

    def placed(who):
        if not found:
            found.append(accounts.add(name="Newfound Health", state="NY", by=cast.owner.actor, at=now()))
        return replace(who, unit=found[0], account=found[0])

    return placed


@pytest.fixture
def worker(cast):
    """The cast, looked at as a worker does that reads the owner's mailbox: everything, and what is hers alone."""
    from rounds.access.sight import look_as
    from rounds.kit.scope import Scope

    look_as(Scope(everything=True, viewer=cast.owner.id))
    return cast


@pytest.fixture
def hospital(worker):
    """A hospital of one health system, with a contact of its own and an open deal of the owner's."""
    from types import SimpleNamespace

    from rounds.actions.deals import opportunities
    from rounds.actions.market import accounts, contacts
    from rounds.kit.clock import now

    by = {"by": worker.owner.actor, "at": now()}
    account = accounts.add(name="Newfound Hospital", state="NY", website="https://www.newfound.example", beds=612, owner=worker.owner, **by)
    rosa = contacts.add(account, name="Rosa Diaz", title="Chief Information Officer", email="rosa@newfound.example", **by)
    deal = opportunities.open_deal(account, "Newfound: imaging", owner=worker.owner, contact=rosa, **by)
    return SimpleNamespace(account=account, rosa=rosa, deal=deal)


@pytest.fixture
def box(worker):
    """The owner's mailbox."""
    from rounds.actions.reach import mailboxes
    from rounds.kit.clock import now

    return mailboxes.connect(worker.owner, kind="imap", address="olivia@northwind-rounds.example", settings={"host": "127.0.0.1", "port": 993},
                             secret="a real password", by=worker.owner.actor, at=now())  # fmt: skip
