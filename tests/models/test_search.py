"""Search: every word a prefix, near spellings, whichever way a row was written, and only what the viewer may see."""

from __future__ import annotations

import random
import string

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.access.sight import look_as
from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import NOBODY, SYSTEM, Scope
from rounds.models import Account, Contact, Lead
from rounds.models import search as searching
from rounds.models.search import ids_of_words, search, words_of

EVERYTHING = Scope(everything=True)


@pytest.fixture(autouse=True)
def _looks(db):
    """Sees everything; near spellings are read anew, as after a minute."""
    searching._vocabulary.clear()
    look_as(EVERYTHING)


def an_account(name: str, **said) -> Account:
    made = Account(name=name, level="system", created_at=now(), updated_at=now(), custom={}, **said)
    made.save(force_insert=True)
    return made


def found(said: str, **how) -> list:
    return [hit.id for hit in search(said, **how)]


@pytest.mark.req("UI-02")
def test_every_word_counts_as_a_prefix_in_any_order():
    mercy = an_account("Mercy General Hospital", city="Springfield", ccn="330123")
    other = an_account("Mercy Clinic", city="Albany")
    for said in ("mercy general", "general mercy", "MER gen", "hosp spring", "330123", "merc springf 33012"):
        assert found(said) == [mercy.id], said
    assert set(found("mercy")) == {mercy.id, other.id}
    assert found("mercy general albany") == []
    assert found("ercy") == [], "a word is found from its beginning"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("St. Mary's Children's Hospital", ("st marys childrens", "St. Mary’s", "mary child", "MARY'S")),
        ("Clínica Muñoz-Peña", ("munoz", "MUÑOZ", "clinica pena", "muñoz peña")),
        ("O'Brien & Sons", ("obrien", "o'brien", "O’Brien sons")),
        ("Ｗｉｄｅ Ⅳ Center", ("wide", "iv center")),
    ],
)
def test_accents_and_apostrophes_do_not_stand_in_the_way(name, said):
    row = an_account(name)
    for text in said:
        assert found(text) == [row.id], text


def test_a_near_spelling_is_found_only_where_the_words_lead_nowhere():
    presbyterian, mercy = an_account("Presbyterian Health"), an_account("Mercy Health")
    assert found("presbiterian") == [presbyterian.id]
    assert found("presbyterain helth") == [presbyterian.id]
    merci = an_account("Merci Health")
    assert found("merci") == [merci.id]
    assert set(found("mercx")) == {mercy.id, merci.id}
    assert found("zzzzqq") == []
    assert found("mxy") == [], "three letters are too few to guess from"


def test_leads_and_contacts_are_found_by_what_people_know_of_them(cast):
    hospital = an_account("Harbor Hospital")
    lead = leads.capture(
        {"name": "Priya Natarajan", "organization": "Lakeside Health", "email": "priya@lakeside.example"},
        by=cast.admin.actor, at=now(),
    )  # fmt: skip
    contact = Contact.objects.create(
        account=hospital, name="Dana Whitfield", title="Chief Nursing Officer", email="dana@harbor.example",
        created_at=now(), updated_at=now(),
    )  # fmt: skip
    assert found("priya lakeside") == [lead.id]
    assert found("priya@lakeside.example") == [lead.id]
    assert found("nursing dana") == [contact.id]
    assert found("harbor", kinds=("account",)) == [hospital.id]
    assert found("harbor", kinds=("contact",)) == [contact.id]
    assert ids_of_words("natar", "lead", most=10) == [lead.id]
    assert {hit.kind for hit in search("harbor")} == {"account", "contact"}


# ---- whichever way it was written -----------------------------------------------------------------------------------
def test_copy_is_found(server, clone):
    """As the owner copies it in: row security forbids COPY to the run-time roles."""
    name = clone("copied")
    with psycopg.connect(server.dsn("rounds_owner", name)) as owner:
        fixed = not_null(owner)
        key = new_id()
        with owner.cursor().copy(f"COPY rounds_account (id, name, {', '.join(fixed)}) FROM STDIN") as copy:
            copy.write_row([key, "Copied Harbor", *fixed.values()])
    with psycopg.connect(server.dsn("rounds_web", name)) as web:
        ask = "SELECT object_id FROM rounds_search('[[\"copied\"], [\"harb\"]]', '{account}', 9)"
        assert web.execute(ask).fetchall() == []
        web.execute("SET rounds.sight = 'all'")
        assert web.execute(ask).fetchall() == [(key,)]


def not_null(owner: psycopg.Connection) -> dict:
    """Column → a plain value for the further columns of an account that want one."""
    blank = {"boolean": False, "integer": 0, "ARRAY": [], "jsonb": "{}", "timestamp with time zone": now()}
    columns = owner.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'rounds_account'"
        " AND is_nullable = 'NO' AND column_name NOT IN ('id', 'name')"
    ).fetchall()
    return {name: blank.get(kind, "") for name, kind in columns}


def test_bulk_writes_are_found_and_bulk_changes_follow():
    made = Account.objects.bulk_create(
        [Account(name=f"Bulk {n}", level="system", created_at=now(), updated_at=now(), custom={}) for n in range(5)]
    )
    assert set(found("bulk", most=50)) == {a.id for a in made}
    Account.objects.filter(name__startswith="Bulk").update(city="Rochester")
    assert len(found("bulk roch")) == 5
    for row in made:
        row.name = row.name.replace("Bulk", "Renamed")
    Account.objects.bulk_update(made, ["name"])
    assert found("bulk") == []
    assert len(found("renamed roch")) == 5


def test_raw_sql_is_found_and_what_is_gone_is_not():
    row = an_account("Harbor One")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rounds_account SET name = 'Lakeside One' WHERE id = %s", [row.id])
    assert found("harbor") == []
    assert found("lakeside") == [row.id]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rounds_account WHERE id = %s", [row.id])
    assert found("lakeside") == []


def test_a_change_of_other_columns_rewrites_no_word():
    row = an_account("Harbor One", beds=100)

    def places() -> list:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM rounds_search('[[\"harbor\"]]', '{account}', 9)")
            return cursor.fetchall()

    before = places()
    Account.objects.filter(pk=row.pk).update(phone="555-0100", heat=5, score_total=80, ehr="Epic EMR")
    assert places() == before == [(1,)]


# ---- sight ----------------------------------------------------------------------------------------------------------
@pytest.mark.req("X-1")
def test_the_colleague_finds_nothing_and_who_sees_all_finds_all(cast, as_seen_by):
    look_as(EVERYTHING)
    hers = an_account("Harbor East", owner=cast.owner, team=cast.enterprise, territory="Northeast")
    his = an_account("Harbor West", owner=cast.colleague, team=cast.growth, territory="West")
    free = an_account("Harbor Free")
    seen = {}
    for who in ("owner", "manager", "colleague", "inside", "admin"):
        with as_seen_by(getattr(cast, who)):
            seen[who] = set(found("harbor"))
            assert set(found("harbr")) <= seen[who] | set(found("harbor")), "near spellings show no more"
    assert seen == {
        "owner": {hers.id}, "manager": {hers.id}, "colleague": {his.id}, "inside": set(),
        "admin": {hers.id, his.id, free.id},
    }  # fmt: skip


def test_words_follow_the_owner_the_territory_and_the_unit(cast, as_seen_by):
    look_as(EVERYTHING)
    unit = an_account("Harbor System", is_unit=True, territory="Midwest")
    row = an_account("Harbor Hospital")

    def finders() -> set[str]:
        looked = {}
        for who in ("owner", "manager", "colleague", "inside"):
            with as_seen_by(getattr(cast, who)):
                looked[who] = row.id in found("harbor hospital")
        return {who for who, sees in looked.items() if sees}

    assert finders() == set()
    accounts.assign(row, cast.inside, by=cast.admin.actor, at=now())
    assert finders() == {"inside"}
    Account.objects.filter(pk=row.pk).update(owner=None, team=cast.enterprise)
    assert finders() == {"manager"}
    Account.objects.filter(pk=row.pk).update(team=None, territory="West")
    assert finders() == {"colleague"}
    Account.objects.filter(pk=row.pk).update(territory="", buying_unit=unit)
    assert finders() == set()
    unit.buying_unit = unit
    unit.save()
    accounts.assign(unit, cast.inside, by=cast.admin.actor, at=now())
    assert finders() == {"inside"}


def test_without_sight_nothing_is_found_and_the_web_has_no_system_sight():
    an_account("Harbor East", territory="")
    look_as(NOBODY)
    assert found("harbor") == []
    look_as(SYSTEM)
    assert found("harbor") == [], "only the worker may look as the system"


# ---- order ----------------------------------------------------------------------------------------------------------
def test_nearer_the_front_comes_first_then_the_weightier():
    late = an_account("General Hospital of Harbor", beds=900)
    small = an_account("Harbor Clinic", beds=20)
    large = an_account("Harbor Medical Center", beds=700)
    assert found("harbor") == [large.id, small.id, late.id]
    Account.objects.filter(pk=small.pk).update(beds=1200)
    assert found("harbor") == [small.id, large.id, late.id], "a weight that changes is kept"
    assert found("harbor", most=1) == [small.id]


def test_a_lead_weighs_its_score(cast):
    look_as(EVERYTHING)
    made = [Lead(name=f"Harper {n}", captured_at=now(), updated_at=now()) for n in range(3)]
    Lead.objects.bulk_create(made)
    for lead, total in zip(made, (20, 80, 50), strict=True):
        Lead.objects.filter(pk=lead.pk).update(score_total=total)
    assert found("harper", kinds=("lead",)) == [made[1].id, made[2].id, made[0].id]


# ---- hostile --------------------------------------------------------------------------------------------------------
HOSTILE = ["", " ", "%", "_", "'", '"', "\\", "';DROP TABLE rounds_searchword;--", "\x00", "a\x00b", "\ud800", "{}", "[]",
           "a & b | !c", ":*", "((((", "\U0010ffff", "𝒽𝒶𝓇", "x" * 100_000, "a " * 50_000, "%s %(x)s {0}", "$1 $2", "\n\r\t"]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words(said):
    an_account("Plain Name")
    assert search(said) == []
    assert len(found("plain")) == 1


def test_a_text_of_any_length_is_kept_and_found():
    """A single endless word would not fit the index; forty thousand words would not fit a place."""
    letters = random.Random(7)
    endless = "".join(letters.choices(string.ascii_lowercase + string.digits, k=20_000))
    hospital, contacts = an_account("Plain Name"), []
    for title in ("Harbor " + endless, "Lakeside " + " ".join(f"w{n}" for n in range(40_000))):
        contacts.append(
            Contact.objects.create(account=hospital, name="Dana", title=title, created_at=now(), updated_at=now()).id
        )
    assert found("harbor " + endless[:55]) == found(endless) == contacts[:1]
    assert found("lakeside w39999") == contacts[1:]


quiet = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cn", "Co"], exclude_characters="\x00"), max_size=40)


@given(said=texts | st.text("aAéÉñIİıKſß'’-. 19", max_size=20))
@quiet
def test_python_and_the_database_split_words_alike(said):
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM rounds_words(%s)", [said])
        assert {word for (word,) in cursor.fetchall()} == set(words_of(said))


@given(name=st.text("abcé' -", min_size=1, max_size=30), cut=st.integers(1, 8))
@quiet
def test_every_word_of_a_name_finds_it_by_any_beginning(name, cut):
    from django.db import transaction

    with transaction.atomic():
        row = an_account(name)
        for word in words_of(name):
            assert row.id in found(word[:cut])
        transaction.set_rollback(True)
