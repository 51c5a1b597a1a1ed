"""The star as SQL views: a login of the database reads what its person sees, and nothing else of ours."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from rounds.access.allowed import NotAllowed
from rounds.access.scope import scope_of
from rounds.access.sight import EVERYTHING, sight
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import answer
from rounds.analytics.numbers.live import Live
from rounds.analytics.warehouse.views import READS
from rounds.jobs import warehouse_views
from rounds.kit.clock import now
from rounds.models import AuditEntry, User
from rounds.models.flow.active import active
from tests.analytics.numbers.conftest import sold

NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
LOGIN = "bi_of_a_test"


@contextmanager
def as_role(role):
    """The connection of another role, for what only the owner or the worker does."""
    from django.db import connection

    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


@pytest.fixture
def login(server):
    """A login of the database with no rights of its own, as an administrator would make it."""
    with psycopg.connect(host=str(server.socket_dir), port=server.port, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {LOGIN}")
        admin.execute(f"CREATE ROLE {LOGIN} LOGIN")
    return LOGIN


@pytest.fixture
def reads(server, committed, login):
    """`reads(sql)`: the rows the login reads."""

    def asked(sql, **said):
        with psycopg.connect(host=str(server.socket_dir), port=server.port, user="postgres", dbname=committed, autocommit=True) as base:
            base.execute(f"SET SESSION AUTHORIZATION {login}")
            for statement in said.get("first", ()):
                base.execute(statement)
            return base.execute(sql).fetchall()

    yield asked
    from django.db import connection

    connection.close()
    with psycopg.connect(host=str(server.socket_dir), port=server.port, user="postgres", dbname=committed, autocommit=True) as admin:
        admin.execute(f"DROP OWNED BY {login}")
        admin.execute(f"DROP ROLE {login}")


@pytest.fixture
def company(committed):
    from rounds.jobs.demo.cast import build_cast

    with as_role("rounds_owner"), sight(EVERYTHING):
        found = build_cast(now())
    return found


@pytest.mark.req("INTEG-05", "SEC-01")
def test_a_login_reads_what_its_person_sees_and_the_numbers_are_the_houses(company, reads):
    with as_role("rounds_owner"):
        with sight(EVERYTHING):
            make = sold(company.admin.actor)
            make(company.owner, ["won"] * 5 + ["lost"] * 3 + ["open"], closed=NOVEMBER)
            make(company.colleague, ["won", "lost", "open"], closed=NOVEMBER)
        warehouse_views.make(AT)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reads("SELECT * FROM star.fact_deals")
        for user, many in ((company.admin, 12), (company.manager, 9)):
            with sight(EVERYTHING):
                warehouse_views.let(LOGIN, user, by=company.admin.actor, at=AT)
                scope = scope_of(user)
            assert reads("SELECT count(*) FROM star.fact_deals") == [(many,)]
            with sight(scope):
                book = active().playbook
                theirs = {name: answer(name, periods.parse("2026-Q4", book, AT.date()), Live(scope, book), AT, trend=False).reading for name in ("won_value", "win_rate", "weighted_pipeline")}
            [(won, rate)] = reads("SELECT sum(counted_cents * is_won), 100.0 * sum(is_won) / sum(is_won + is_lost) FROM star.fact_deals JOIN star.dim_date ON day = closed_on WHERE fiscal_quarter = '2026-Q4'")
            assert won == theirs["won_value"].value * 100
            assert float(rate) == pytest.approx(100 * theirs["win_rate"].top / theirs["win_rate"].base)
            assert reads("SELECT sum(weighted_cents) FROM star.fact_deals WHERE is_open = 1")[0][0] == theirs["weighted_pipeline"].value * 100
        for name in READS:
            assert reads(f"SELECT count(*) FROM star.{name}")[0][0] >= 0
        assert AuditEntry.objects.filter(verb="warehouse.let").count() == 2


@pytest.mark.req("INTEG-05", "SEC-01")
def test_no_reader_gets_around_whose_eyes_it_has(company, reads):
    with as_role("rounds_owner"):
        with sight(EVERYTHING):
            make = sold(company.admin.actor)
            make(company.colleague, ["open"], closed=NOVEMBER)
            with pytest.raises(NotAllowed):
                warehouse_views.let(LOGIN, company.executive, by=company.admin.actor, at=AT)
        warehouse_views.make(AT)
        with sight(EVERYTHING):
            warehouse_views.let(LOGIN, company.manager, by=company.admin.actor, at=AT)
        everything = ("SET rounds.sight = 'all'", "SET rounds.viewer = '" + str(company.admin.pk) + "'")
        assert reads("SELECT count(*) FROM star.fact_deals", first=everything) == [(0,)], "a setting opens nothing"
        for sql in ("SELECT * FROM star.reader", "UPDATE star.reader SET everything = true", "SELECT * FROM public.rounds_opportunity", "SELECT * FROM public.rounds_contact",
                    "INSERT INTO star.dim_segment VALUES ('x', 'x', 1)", "CREATE TABLE star.mine (x int)"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reads(sql)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reads("SELECT 1", first=("SET ROLE rounds_worker",))
        with sight(EVERYTHING):
            warehouse_views.let(LOGIN, company.admin, by=company.admin.actor, at=AT)
        assert reads("SELECT count(*) FROM star.fact_deals") == [(1,)]
        with sight(EVERYTHING):
            User.objects.filter(pk=company.admin.pk).update(is_active=False)
        assert reads("SELECT count(*) FROM star.fact_deals") == [(0,)], "whoever has left sees nothing, at once"
        for refused in ("rounds_web", "postgres", "nobody_of_that_name", 'x"; DROP'):
            with pytest.raises(warehouse_views.NoSuchLogin), sight(EVERYTHING):
                warehouse_views.let(refused, company.manager, by=company.admin.actor, at=AT)
        warehouse_views.end(LOGIN, by=company.manager.actor, at=AT)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reads("SELECT count(*) FROM star.fact_deals")
    with as_role("rounds_worker"):
        assert not warehouse_views.due(AT + timedelta(minutes=30))
        assert warehouse_views.due(AT + timedelta(hours=2))
        warehouse_views.fill(AT + timedelta(hours=2))
        assert not warehouse_views.due(AT + timedelta(hours=2))
    with as_role("rounds_owner"):
        warehouse_views.drop_views()
        warehouse_views.make(AT)
