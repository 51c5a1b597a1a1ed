"""The audit trail: searches at ten million entries, counting a chain again, and what the record costs a write.

    python -m bench.audit [entries] [links]

The bars: each search of the page within 200 ms for 95 of 100; verify at most twice what reading the same rows takes;
10,000 rows changed at once, with field history and chain, at most nine times the plain change, one row saved at most
three times. The plain change is the same statement on a twin of the table, indexes and all, without history and chain; fsync is on.
Entries and seals are made in the database by INSERT … SELECT, a month a partition, the links by a running sha256.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager

from bench._ground import ROOT

SEARCH_BAR, VERIFY_BAR, BULK_BAR, SINGLE_BAR = 200.0, 2.0, 9.0, 3.0
VERBS = ("account.read", "lead.read", "accounts.list", "lead.change", "contact.read", "records.search", "leads.list", "account.change",
         "login", "activity.log")  # fmt: skip
FILL = """
    INSERT INTO rounds_auditentry (id, at, by_kind, by_id, by_name, chain, verb, subject_kind, subject_id, scope_hash, detail)
    SELECT (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid,
           t, 'user', ('00000000-0000-7000-8000-' || lpad(((n * 7919) %% 400)::text, 12, '0'))::uuid, 'Person ' || (n * 7919) %% 400,
           CASE WHEN n %% 10 IN (3, 7, 9) THEN 'write' ELSE 'read' END,
           CASE WHEN n %% 5003 = 0 THEN 'leads.export' WHEN n %% 9973 = 0 THEN 'access.denied' ELSE (%(verbs)s::text[])[1 + n %% 10] END,
           'lead', md5(((n * 104729) %% 500000)::text)::uuid, 'abcdef012345', jsonb_build_object('part', 'overview', 'n', n)
      FROM (SELECT n, md5(n::text) AS h, %(begin)s::timestamptz + n * %(step)s::interval AS t FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) x
"""
SEAL = """
    INSERT INTO rounds_auditseal (id, chain, seq, entry_at, previous, digest, sealed_at)
    SELECT id, chain, seq, at, coalesce(lag(d) OVER (ORDER BY seq), sha256('rounds read')), d, at FROM (
           SELECT e.id, e.chain, e.at, row_number() OVER w AS seq, pg_temp.chained(rounds_entry_text(e)) OVER w AS d
             FROM (SELECT * FROM rounds_auditentry WHERE chain = 'read' ORDER BY at, id LIMIT %s) e WINDOW w AS (ORDER BY e.at, e.id)) x
"""


@contextmanager
def scratch():
    """A migrated database of the bench's own, gone afterwards; Django stands on it as its owner."""
    from rounds.kit import postgres

    server, name = postgres.ensure(ROOT / "var" / "postgres"), f"rounds_bench_audit_{os.getpid()}"
    postgres.create_database(server, name)
    os.environ.update(ROUNDS_DATABASE_NAME=name, ROUNDS_MODE="test", DJANGO_SETTINGS_MODULE="rounds.project.settings")
    try:
        subprocess.run([sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate"], check=True, stdout=subprocess.DEVNULL)
        os.environ["ROUNDS_PROCESS"] = "owner"
        import django

        django.setup()
        yield name
    finally:
        from django.db import connections

        connections.close_all()
        postgres.drop_database(server, name)


def fill(entries: int, links: int) -> None:
    """`entries` over the last 24 months, partitions made for them, the first `links` reads sealed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; ALTER TABLE rounds_auditentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM rounds_auditseal; DELETE FROM rounds_auditentry")
        cursor.execute(
            "DO $$ DECLARE m date; BEGIN FOR m IN SELECT generate_series(date_trunc('month', now()) - interval '24 months',"
            " date_trunc('month', now()) - interval '1 month', '1 month') LOOP EXECUTE format('CREATE TABLE %I PARTITION OF"
            " rounds_auditentry FOR VALUES FROM (%L) TO (%L)', 'rounds_auditentry_' || to_char(m, 'YYYY_MM'), m, m + interval '1 month');"
            " END LOOP; END $$")  # fmt: skip
        step = f"{int(23.5 * 30.4 * 86400 * 1e6 / entries)} microseconds"
        for first in range(1, entries + 1, 1_000_000):
            cursor.execute("SELECT date_trunc('day', now() - interval '715 days')")
            begin = cursor.fetchone()[0]
            cursor.execute(FILL, {"verbs": list(VERBS), "begin": begin, "step": step, "first": first, "last": min(first + 999_999, entries)})
        cursor.execute("CREATE FUNCTION pg_temp.step(bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE AS"
                       " $$ SELECT sha256($1 || convert_to($2, 'UTF8')) $$")  # fmt: skip
        cursor.execute("SELECT encode(sha256('rounds read'), 'hex')")
        genesis = cursor.fetchone()[0]
        cursor.execute(f"CREATE AGGREGATE pg_temp.chained(text) (SFUNC = pg_temp.step, STYPE = bytea, INITCOND = '\\x{genesis}')")
        cursor.execute(SEAL, [links])
        cursor.execute("ALTER TABLE rounds_auditentry ENABLE TRIGGER USER; SET synchronous_commit = on")
        cursor.execute("VACUUM ANALYZE rounds_auditentry")
        cursor.execute("VACUUM ANALYZE rounds_auditseal")


def timed(do: Callable[[int], object], times: int) -> list[float]:
    """Milliseconds of each of `times` calls, in order of length."""
    took = []
    for n in range(times):
        begun = time.perf_counter()
        do(n)
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


def searches(entries: int) -> bool:
    """The searches of the page, each forty times over other people, records and days."""
    from datetime import timedelta
    from hashlib import md5
    from uuid import UUID

    from rounds.analytics.trust.trail import Asked, found
    from rounds.kit.clock import now

    def person(n: int) -> tuple[UUID, ...]:
        return (UUID(f"00000000-0000-7000-8000-{(n * 37) % 400:012}"),)

    def record(n: int) -> tuple[UUID, ...]:
        return (UUID(md5(str((n * 7919) % 500000).encode()).hexdigest()),)

    at = now()

    def days(n: int) -> dict:
        return {"since": at - timedelta(days=30 + n * 15), "until": at - timedelta(days=n * 15)}

    first = found(Asked(), 100)[-1]
    asked = {
        "newest": lambda n: Asked(), "oldest": lambda n: Asked(rising=True), "next page": lambda n: Asked(after=(first.at, first.id)),
        "person": lambda n: Asked(people=person(n)), "record": lambda n: Asked(records=record(n)),
        "verb": lambda n: Asked(verbs=(VERBS[n % 10],)), "rare verb": lambda n: Asked(verbs=("access.denied",)),
        "a group of verbs": lambda n: Asked(verbs=("leads.export", "accounts.export", "audit.export", "what_if.export")),
        "time": lambda n: Asked(**days(n)), "time, old first": lambda n: Asked(**days(n), rising=True),
        "person and rare verb": lambda n: Asked(people=person(n), verbs=("access.denied", "leads.export")),
        "person, time, chain": lambda n: Asked(people=person(n), chain="write", **days(n)),
        "record and person": lambda n: Asked(records=record(n), people=person(n)),
        "chain": lambda n: Asked(chain="write"), "nobody": lambda n: Asked(people=(UUID(int=n),)),
    }  # fmt: skip
    held = True
    for name, ask in asked.items():
        took = timed(lambda n, ask=ask: found(ask(n), 101), 40)
        p95 = took[int(len(took) * 0.95)]
        held &= p95 <= SEARCH_BAR
        print(f"search by {name:22s} of {entries:,}: p50 {statistics.median(took):7.1f} ms  p95 {p95:7.1f} ms  {'held' if p95 <= SEARCH_BAR else 'MISSED'}")
    return held


def verifying(links: int) -> bool:
    """Verify against reading the rows of the same links as a client does, in the order of the chain; and against a bare COPY."""
    from django.db import connection

    from rounds.actions.trust import verifying as chain

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rounds_auditentry e WHERE NOT EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id)")
        cursor.execute("VACUUM ANALYZE rounds_auditentry")

    def copied(*queries: str) -> float:
        begun = time.perf_counter()
        for sql in queries:
            with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT") as out:
                for _ in out:
                    pass
        return time.perf_counter() - begun

    def counted() -> float:
        begun = time.perf_counter()
        found = chain.verify("read")
        assert found.holds, found
        assert found.links == links, found
        return time.perf_counter() - begun

    joined = "SELECT s.*, e.* FROM rounds_auditseal s JOIN rounds_auditentry e ON e.id = s.id AND e.at = s.entry_at ORDER BY s.chain, s.seq"
    took = [(counted(), copied(joined), copied("SELECT * FROM rounds_auditentry", "SELECT * FROM rounds_auditseal")) for _ in range(4)][1:]
    verified, ordered, bare = (statistics.median(column) for column in zip(*took, strict=True))
    held = verified <= VERIFY_BAR * bare
    print(f"verify {links:,} links: {verified:.2f} s; reading the rows {bare:.2f} s (in order {ordered:.2f} s): {verified / bare:.2f} × "
          f"({verified / ordered:.2f} ×)  {'held' if held else 'MISSED'}")  # fmt: skip
    return held


def writing() -> bool:
    """10,000 rows at once and one row by itself: field history and chain on, against the same statement with both off."""
    from django.db import connection, transaction

    from bench._ground import copy
    from rounds.actions.flow.deeds import deed
    from rounds.actions.trust import audit
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now
    from rounds.kit.ids import new_id
    from rounds.models import Account

    with transaction.atomic():
        by = build_cast(now()).admin.actor
    at = now()
    copy(Account, ({"id": new_id(), "name": f"Harbour {n}", "state": "NY", "level": "hospital", "created_at": at, "updated_at": at} for n in range(10_000)))
    one = Account.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE rounds_account INCLUDING ALL); INSERT INTO bare SELECT * FROM rounds_account")
        cursor.execute("ANALYZE bare; ANALYZE rounds_account")

    def plain(where: str) -> Callable[[int], None]:
        def do(n: int) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE bare SET beds = %s {where}", [n])

        return do

    def recorded(rows) -> Callable[[int], None]:
        def do(n: int) -> None:
            with deed(by):
                rows.update(beds=n + 1_000)
                audit.note("records.change_many", by=by, at=now(), kind="account", detail={"n": n})

        return do

    held = True
    for name, rows, where, times, bar in (
        ("10,000 rows at once", Account.objects.all(), "", 7, BULK_BAR),
        ("one row", Account.objects.filter(pk=one.pk), f"WHERE id = '{one.pk}'", 200, SINGLE_BAR),
    ):
        pairs = [(timed(lambda _, n=n: plain(where)(n), 1)[0], timed(lambda _, n=n: recorded(rows)(n), 1)[0]) for n in range(times)]  # noqa: B023
        bare, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
        held &= whole <= bar * bare
        print(f"{name}: plain {bare:.1f} ms, with history and chain {whole:.1f} ms: {whole / bare:.2f} × (bar {bar:.0f}) {'held' if whole <= bar * bare else 'MISSED'}")
    return held


def main(entries: int = 10_000_000, links: int = 1_000_000) -> bool:
    """Fill, measure, print; True when every bar holds."""
    with scratch():
        held = writing()
        begun = time.perf_counter()
        fill(entries, links)
        print(f"{entries:,} entries and {links:,} seals made in {time.perf_counter() - begun:.0f} s")
        return held & searches(entries) & verifying(links)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
