"""A hold is not walked round: nothing held is renumbered, moved away or emptied first, and what is free moves as ever."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from psycopg.errors import InsufficientPrivilege

from rounds.access.row_security import is_append_only
from rounds.access.sight import system_sight
from rounds.actions.deals import opportunities
from rounds.actions.flow.deeds import OnHold
from rounds.actions.leads import activities
from rounds.actions.market import accounts, answers, contacts, intelligence
from rounds.actions.market.universe import accounts as universe
from rounds.actions.trust import holds, retention
from rounds.jobs.retention import retain
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Contact, Import, ImportRow, Lead, Task
from rounds.models.base import signature

YEAR = timedelta(days=365.25)
pytestmark = pytest.mark.req("COMPL-04")
BELOW = ("rounds_leadactivity", "rounds_answer", "rounds_intelligence", "rounds_committeeseat", "rounds_accountfact")
AWAY = {
    "a hospital out of its system": "UPDATE rounds_account SET parent_id = NULL WHERE id = '{below}'",
    "a hospital under another system": "UPDATE rounds_account SET parent_id = '{other}' WHERE id = '{below}'",
    "a hospital to another unit": "UPDATE rounds_account SET buying_unit_id = '{other}' WHERE id = '{below}'",
    "a contact": "UPDATE rounds_contact SET account_id = '{other}', buying_unit_id = '{other}' WHERE id = '{person}'",
    "a lead": "UPDATE rounds_lead SET account_id = '{other}', buying_unit_id = '{other}' WHERE id = '{lead}'",
    "a lead to no account": "UPDATE rounds_lead SET account_id = NULL WHERE id = '{lead}'",
    "an activity to another lead": "UPDATE rounds_leadactivity SET lead_id = '{free}', account_id = NULL",
    "an activity to no contact": "UPDATE rounds_leadactivity SET contact_id = NULL",
    "the words of an activity": "UPDATE rounds_leadactivity SET body = ''",
    "the day of an activity": "UPDATE rounds_leadactivity SET happened_at = happened_at - interval '9 years'",
    "an answer to another account": "UPDATE rounds_answer SET account_id = '{other}'",
    "what an answer says": "UPDATE rounds_answer SET level = 'other'",
    "why an answer says it": "UPDATE rounds_answer SET reason = ''",
    "a note to another account": "UPDATE rounds_intelligence SET account_id = '{other}'",
    "what a note says": "UPDATE rounds_intelligence SET text = 'Nothing'",
    "a seat to another account": "UPDATE rounds_committeeseat SET account_id = '{other}'",
    "a person's figure to another account": "UPDATE rounds_accountfact SET account_id = '{other}'",
    "a person's figure to nobody's": "UPDATE rounds_accountfact SET human = false",
    "all in one statement": "WITH gone AS (UPDATE rounds_lead SET account_id = '{other}', buying_unit_id = '{other}' WHERE id = '{lead}' RETURNING 1)"
                            " DELETE FROM rounds_leadactivity",
    "by an upsert": "INSERT INTO rounds_intelligence (id, account_id, area, topic, text, source, as_of, confidence, by_kind, by_name, at)"
                    " SELECT id, account_id, area, topic, text, source, as_of, confidence, by_kind, by_name, at FROM rounds_intelligence"
                    " ON CONFLICT (id) DO UPDATE SET account_id = '{other}'",
    **{f"deleted from {table}": f"DELETE FROM {table}" for table in BELOW},
}  # fmt: skip


def place(kind, subject):
    with system_sight():
        return holds.place(kind, subject, reason="Dispute with counsel", by=SYSTEM_ACTOR, at=now())


@pytest.fixture
def held(world):
    """A health system with everything that may stand below it, another that is free, and a free lead."""
    by = {"by": world.cast.admin.actor, "at": now()}
    with system_sight():
        world.top = accounts.add(name="Meridian Health", level="system", state="NY", **by)
        world.below = accounts.add(name="Meridian North", level="hospital", state="NY", parent=world.top, beds=300, **by)
        world.other = accounts.add(name="Elsewhere Health", level="system", state="NY", **by)
        world.person = contacts.add(world.below, name="Nora North", title="CIO", **by)
        contacts.seat(world.person, world.below, role="economic_buyer", **by)
        answers.answer(world.below, "innovation", "moderate", reason="She said so", **by)
        intelligence.note(world.below, area="business", topic="Plans", text="They open a wing", source="A call", as_of=by["at"].date(), confidence=0.5, **by)
    world.one, world.free = world.lead("Lena North", timedelta(0)), world.lead("Fred Free", timedelta(0), organization="Far Clinic")
    with system_sight():
        Lead.objects.filter(pk=world.one.pk).update(account=world.below, buying_unit=world.top)
        activities.log("call", lead=Lead.objects.get(pk=world.one.pk), contact=world.person, subject="A call", body="What was said", **by)
    world.by = by
    return world


@pytest.fixture(params=["web", "worker"])
def link(held, server, request):
    with psycopg.connect(server.dsn(f"rounds_{request.param}", held.name), autocommit=True) as made:
        made.execute("SET rounds.sight = 'all'")
        yield made


def said(held, sql: str) -> str:
    return sql.format(below=held.below.id, other=held.other.id, person=held.person.id, lead=held.one.id, free=held.free.id)


def passed(held, link, *whats: str) -> list[str]:
    """Which of the attacks the database let through. What it did is undone."""
    through = []
    for what in whats or AWAY:
        with contextlib.suppress(InsufficientPrivilege), link.transaction(force_rollback=True):
            link.execute(said(held, AWAY[what]))
            through.append(what)
    return through


def test_nothing_held_is_moved_away(held, link):
    place("account", held.top.id)
    assert passed(held, link) == []


def test_a_hold_on_a_lead_or_a_contact_keeps_it_where_it_is(held, link):
    place("lead", held.one.id)
    place("contact", held.person.id)
    assert passed(held, link, "a contact", "a lead", "a lead to no account", "an activity to another lead", "an activity to no contact",
                  "the words of an activity", "deleted from rounds_leadactivity", "deleted from rounds_committeeseat") == []  # fmt: skip


def test_a_hold_on_everything_keeps_what_has_no_history(held, link):
    place("everything", None)
    assert passed(held, link, *(what for what, sql in AWAY.items() if any(f"UPDATE {t}" in sql or f"FROM {t}" in sql for t in BELOW))) == []


@pytest.mark.parametrize(("kind", "whose"), [("account", "top"), ("everything", None)])
def test_a_staged_row_stays_with_its_held_deal(held, server, kind, whose):
    with system_sight():
        deal = opportunities.open_deal(held.below, "Imaging", owner=held.cast.owner, **held.by)
        free = opportunities.open_deal(held.other, "Triage", owner=held.cast.owner, **held.by)
        of = Import.objects.create(noun="deal", name="deals.csv", **signature(SYSTEM_ACTOR, now()))
        ImportRow.objects.bulk_create([ImportRow(of=of, number=n, line=n, opportunity_id=key) for n, key in enumerate((deal.id, free.id, None), 1)])
    place(kind, getattr(held, whose).id if whose else None)
    moved = "UPDATE rounds_importrow SET opportunity_id = %s WHERE number = %s"
    with psycopg.connect(server.dsn("rounds_worker", held.name), autocommit=True) as worker:
        worker.execute("SET rounds.sight = 'all'")
        for to in (None, free.id):
            with pytest.raises(InsufficientPrivilege, match="on legal hold"):
                worker.execute(moved, [to, 1])
        assert worker.execute("UPDATE rounds_importrow SET says = 'read', opportunity_id = opportunity_id").rowcount == 3
        assert worker.execute(moved, [deal.id, 3]).rowcount == 1, "where it stood nowhere it may come to stand"
        if kind == "account":
            assert worker.execute(moved, [deal.id, 2]).rowcount == 1


POINTS = {"account_id", "lead_id", "contact_id", "opportunity_id"}


def test_whatever_stands_below_an_account_a_lead_or_a_contact_is_guarded(held):
    """A new kind of record says in holds.sql how it is held, or is evidence, or only in the way of the work."""
    guarded = {row[0] for row in held.owner.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'held_stays'")}
    for model in apps.get_app_config("rounds").get_models():
        points = POINTS & {field.column for field in model._meta.concrete_fields}
        if points and not is_append_only(model) and model.retention not in ("evidence", "working"):
            assert model._meta.db_table in guarded, model.__name__


def test_retention_passes_over_the_tasks_of_what_is_held_and_a_lead_goes_with_its_own(held):
    with system_sight():
        for row in ({"account": held.below}, {"lead": held.one}, {"contact": held.person}, {"lead": held.free}):
            Task.objects.create(title="Call back", done_at=now() - 3 * YEAR, at=now() - 4 * YEAR, **row)
        Task.objects.create(title="Call back", lead=held.free, at=now())
    place("account", held.top.id)
    held.age(held.free.id, 3 * YEAR)
    with system_sight():
        found = {one.kind: (one.due, one.held) for one in retention.plan(now())}
        assert found["Task"] == (1, 3)
    retain()
    with system_sight():
        assert Task.objects.filter(title="Call back").count() == 3
        assert not Lead.objects.filter(pk=held.free.pk).exists()


def test_no_key_of_ours_is_rewritten_held_or_not(link):
    for model in apps.get_app_config("rounds").get_models():
        if not is_append_only(model):
            table, key = model._meta.db_table, model._meta.pk.column
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                link.execute(f'UPDATE {table} SET "{key}" = "{key}"')


def test_what_is_free_moves_and_goes(held, link):
    """A hold elsewhere is in nobody's way; only what has just come under it does not go."""
    place("account", held.other.id)
    place("lead", held.free.id)
    assert passed(held, link) == [what for what in AWAY if what != "all in one statement"]


def test_work_on_what_is_held_goes_on(held, link):
    place("account", held.top.id)
    link.execute("UPDATE rounds_lead SET title = 'CIO', status = 'Working', account_id = account_id")
    link.execute("UPDATE rounds_contact SET title = 'CIO'")
    link.execute("UPDATE rounds_leadactivity SET withdrawn_at = now()")
    link.execute("UPDATE rounds_intelligence SET withdrawn_at = now()")
    link.execute("UPDATE rounds_accountfact SET value = '310'")
    with system_sight():
        activities.log("call", lead=Lead.objects.get(pk=held.one.pk), subject="Another", **held.by)
        accounts.change(held.below, beds=320, **held.by)


def test_an_empty_text_may_be_filled_and_one_that_stands_may_not(held, link):
    """What a reviewer lets through goes where it belongs under a hold as well."""
    link.execute("UPDATE rounds_intelligence SET text = 'Held for review'")
    link.execute("UPDATE rounds_leadactivity SET body = ''")
    place("account", held.top.id)
    link.execute("UPDATE rounds_intelligence SET text = 'They open a wing'")
    link.execute("UPDATE rounds_leadactivity SET body = 'What was said'")
    for table, column in (("intelligence", "text"), ("leadactivity", "body")):
        with pytest.raises(InsufficientPrivilege, match="on legal hold"):
            link.execute(f"UPDATE rounds_{table} SET {column} = 'Something else'")


def test_the_action_says_so_in_a_sentence(held):
    place("account", held.top.id)
    with system_sight(), pytest.raises(OnHold, match="stays as it is"):
        accounts.move(held.below, held.other, **held.by)
    with system_sight():
        assert Account.objects.get(pk=held.below.pk).parent_id == held.top.id


def test_an_account_moves_though_a_lead_of_it_is_held(held):
    """The lead keeps its account and carries the new unit: it is held wherever it is."""
    place("lead", held.one.id)
    place("contact", held.person.id)
    with system_sight():
        accounts.move(held.below, held.other, **held.by)
        lead = Lead.objects.get(pk=held.one.pk)
        assert (lead.account_id, lead.buying_unit_id) == (held.below.id, held.other.id)
        assert Contact.objects.get(pk=held.person.pk).buying_unit_id == held.other.id
        assert holds.held("lead", [lead.id]) == {lead.id}


def test_the_load_of_the_hospital_files_goes_on_and_leaves_what_is_held_where_it_is(held):
    from rounds.actions.market.universe.wanted import Wanted
    from rounds.kit.ids import new_id

    with system_sight():
        Account.objects.filter(pk=held.below.pk).update(ccn="330001", custom={"loaded": {"parent": "S1"}})
        Account.objects.filter(pk=held.top.pk).update(system_id="S1")
        Account.objects.filter(pk=held.other.pk).update(system_id="S2")
    hold = place("account", held.top.id)

    def load() -> Account:
        row = Account.objects.get(pk=held.below.pk)
        columns = {"name": row.name, "plain_name": row.plain_name, "state": "NY", "beds": None}
        want = Wanted(level="hospital", key="330001", columns=columns, facts={}, parent="S2", weak=frozenset())
        universe.write_accounts([want], systems_known=True, batch=new_id(), by=SYSTEM_ACTOR, at=now())
        universe.settle_branches(by=SYSTEM_ACTOR, at=now())
        return Account.objects.get(pk=held.below.pk)

    with system_sight():
        assert load().parent_id == held.top.id
        holds.lift(hold, reason="Settled", by=SYSTEM_ACTOR, at=now())
        assert load().parent_id == held.other.id
