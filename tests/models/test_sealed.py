"""Sealed columns: plain for who may read them, closed for who reads the database; bound to their row."""

from __future__ import annotations

import ast
import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction

from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.kit import keys
from rounds.kit.clock import now
from rounds.models import Contact, Lead
from rounds.models.sealed import blind_indexes, opened, sealed_columns, whose
from tests.house.house import at, files, nodes

pytestmark = pytest.mark.req("COMPL-09")


def raw(table: str, column: str, key) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [key])
        return cursor.fetchone()[0]


def test_a_number_is_plain_in_python_and_sealed_in_the_database(cast, lead_of):
    lead = lead_of(cast.owner, phone="(555) 010-4477")
    assert Lead.objects.get(pk=lead.pk).phone == "(555) 010-4477"
    stood = raw("rounds_lead", "phone", lead.pk)
    assert stood.startswith("sealed:")
    assert "4477" not in stood
    key, value = Lead.objects.filter(pk=lead.pk).values_list("id", "phone").get()
    assert opened(Lead, "phone", key, value) == "(555) 010-4477"


def test_what_looks_sealed_but_was_typed_is_kept_as_text(cast, lead_of):
    typed = "sealed:k1:AAAA"
    lead = lead_of(cast.owner, phone=typed)
    assert Lead.objects.get(pk=lead.pk).phone == typed


def test_a_value_moved_to_another_row_does_not_open(cast, lead_of):
    one, two = lead_of(cast.owner, phone="555-0101"), lead_of(cast.owner, phone="555-0102", name="Bo", organization="Other")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rounds_lead SET phone = (SELECT phone FROM rounds_lead WHERE id = %s) WHERE id = %s", [one.pk, two.pk])
    with pytest.raises(keys.KeyMissing, match="moved"):
        Lead.objects.get(pk=two.pk).phone  # noqa: B018
    copy = Lead.objects.get(pk=one.pk)
    copy.pk = uuid.uuid4()
    with pytest.raises(keys.KeyMissing, match="moved"), transaction.atomic():
        copy.save(force_insert=True)


def test_open_text_is_refused_by_the_database_whoever_writes_it(cast, lead_of):
    lead = lead_of(cast.owner, phone="555-0101")
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rounds_lead SET phone = '555-0199' WHERE id = %s", [lead.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname LIKE '%%\\_sealed'")
        marked = {name for (name,) in cursor.fetchall()}
    assert {f"{one.table}_{one.column}_sealed" for one in sealed_columns()} <= marked


def test_history_opens_for_the_row_it_remembers(cast, lead_of):
    lead = lead_of(cast.owner, phone="555-0101")
    leads.change(lead, phone="555-0102", by=cast.owner.actor, at=now())
    history = next(one.model for one in sealed_columns() if one.table == "rounds_leadhistory")
    row = history.objects.filter(pgh_obj_id=lead.pk).order_by("-pgh_id").first()
    assert row.phone == "555-0101"


def test_a_person_is_found_by_number_however_it_is_written(cast, lead_of):
    lead = lead_of(cast.owner, phone="(555) 010-4477")
    assert list(Lead.objects.filter(whose(Lead, "phone", "+1 555-010-4477"))) == [lead]
    assert not Lead.objects.filter(whose(Lead, "phone", "")).exists()
    leads.change(lead, phone="", by=cast.owner.actor, at=now())
    assert Lead.objects.get(pk=lead.pk).phone_index == ""


@pytest.mark.parametrize("asked", [{"phone__icontains": "5"}, {"phone__startswith": "s"}, {"phone__gt": "a"}])
def test_a_sealed_text_is_not_compared(db, asked):
    with pytest.raises(FieldError, match="sealed"):
        list(Lead.objects.filter(**asked))


def test_equality_and_bulk_changes_are_refused_loudly(cast, lead_of):
    lead = lead_of(cast.owner, phone="555-0101")
    with pytest.raises(TypeError, match="sealed"):
        list(Lead.objects.filter(phone="555-0101"))
    with pytest.raises(TypeError, match="sealed"), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(phone="555-0102")
    assert Lead.objects.exclude(phone="").filter(pk=lead.pk).exists()


def test_no_save_forgets_the_index_of_what_it_names(cast, lead_of):
    """A save that names a sealed column and not its index would leave the index of the value before."""
    beside = {index.of: index.attname for _, index in blind_indexes()}
    forgotten = [
        at(file, call) for file in files() for call in nodes(file, ast.Call) for word in call.keywords
        if word.arg == "update_fields" and isinstance(word.value, ast.List)
        for named in [{part.value for part in word.value.elts if isinstance(part, ast.Constant)}]
        if any(column in named and index not in named for column, index in beside.items())
    ]  # fmt: skip
    assert forgotten == []
    lead = lead_of(cast.owner, phone="555-0101")
    lead.phone = "555-0102"
    lead.save(update_fields=["phone", "phone_index"])
    assert list(Lead.objects.filter(whose(Lead, "phone", "5550102"))) == [lead]


def test_rows_written_in_bulk_are_sealed(cast):
    account = accounts.add(name="Meridian Health", level="hospital", by=cast.admin.actor, at=now())
    rows = [Contact(account=account, name=f"P{i}", phone=f"555-010{i}", created_at=now(), updated_at=now()) for i in range(3)]
    Contact.objects.bulk_create(rows)
    assert [row.phone for row in Contact.objects.filter(name__startswith="P").order_by("name")] == ["555-0100", "555-0101", "555-0102"]
    contacts.change(rows[0], phone="555-0909", by=cast.admin.actor, at=now())
    assert list(Contact.objects.filter(whose(Contact, "phone", "5550909"))) == [rows[0]]
