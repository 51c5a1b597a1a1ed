"""A statement is compiled once for its shape and filled in for each question: letter for letter what Ibis would have written.

Where two moments of a window are one (the day is the day asked of), Ibis may name what they share once; that says the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.analytics.numbers import compiling, keeping, templates
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.definition import REGISTRY
from rounds.analytics.numbers.pruning import pruned
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell
from rounds.kit.scope import SYSTEM
from rounds.playbook import default

pytestmark = pytest.mark.req("ANALYTICS-52")
BOOK = default()
AT = datetime(2026, 11, 30, 12, 59, 59, 999999, tzinfo=UTC)
RUNNING = [name for name, metric in metrics().items() if metric.runs]
PERIODS = ("this-quarter", "2026-Q3", "this-week", "last-month", "2025", "2026-10-05..2026-11-02")
WORDS = {"segment": ("enterprise", "o'hara \\ %s"), "territory": ("Midwest",), "tier": ("1", "0"), "owner": ("0190-a",), "team": ("t",), "product": ("core", ""), "band": ("hot", "cold"), "playbook": ("1",)}


def window(said: str, days: int | None = None):
    period = periods.parse(said, BOOK, AT.date())
    return Cell(period, AT.date() - timedelta(days=days) if days else None).window(BOOK, AT)


def written(metric, window, by, filters, dialect, scope=None):
    """What Ibis writes for the window itself."""
    made, _ = compiling.expression(metric, window, by, filters, BOOK, scope)
    return pruned(str(ibis.to_sql(made, dialect=dialect)), dialect)[0]


@pytest.mark.parametrize("name", RUNNING)
def test_every_metric_is_filled_in_as_it_would_be_written(name):
    metric, place = REGISTRY[name], RUNNING.index(name)
    filters = tuple((one, WORDS[one]) for one in metric.filters)
    by = metric.by[place % len(metric.by)] if metric.by else ""
    dialect, said, days = (("postgres", PERIODS[place % 6], None), ("duckdb", ("2026-Q3", "2025", "2026-W30")[place % 3], 40))[place % 2]
    here = window(said, days)
    assert compiling.compiled(metric, here, by, filters, BOOK, dialect, None).sql == written(metric, here, by, filters, dialect), (dialect, said, days)


def test_a_metric_that_looks_at_the_clock_itself_is_written_each_time():
    """Whether the quarter still runs decides what coverage reads: two shapes."""
    metric = metrics()["pipeline_coverage"]
    for said in ("this-quarter", "2026-Q3", "2026-Q2", "this-month"):
        here = window(said)
        assert compiling.compiled(metric, here, "owner", (), BOOK, "duckdb", None).sql == written(metric, here, "owner", (), "duckdb")


def test_statements_are_joined_in_words_every_engine_reads():
    """PostgreSQL and DuckDB quote a name by one sign, Spark by another: what stands around a statement quotes none."""
    around = compiling.joined([compiling.Statement("SELECT 1", {}), compiling.Statement("SELECT 2", {})]).sql
    assert not set(around) & set('"`')


@given(st.datetimes(datetime(1995, 1, 1), datetime(2140, 1, 1)), st.sampled_from(("week", "month", "quarter", "year")), st.integers(0, 900) | st.none(),
       st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_any_moment_any_word(at, kind, back, word):
    at = at.replace(tzinfo=UTC)
    day = periods.today(BOOK, at)
    period = periods.containing(kind, day, BOOK)
    here = Cell(period, day + timedelta(days=back) if back is not None else None).window(BOOK, at)
    metric, filters = metrics()["win_rate"], (("segment", (word,)), ("tier", ("2",)))
    for dialect in templates.DIALECTS:
        assert compiling.compiled(metric, here, "", filters, BOOK, dialect, None).sql == written(metric, here, "", filters, dialect)


def test_the_rows_behind_a_part():
    metric, here = metrics()["deals_at_risk"], window("this-quarter")
    one = compiling.compiled_rows(metric, here, (("segment", ("it's",)),), BOOK, "postgres", None, ("stage", "O'3"), 5)
    assert all(word in one.sql for word in ("'it''s'", "'O''3'", "LIMIT 5"))
    assert "rounds-place" not in one.sql
    assert not any(f"{year}-06-" in one.sql or f"({year}, 6" in one.sql for year in range(3000, 4000, 100))


def test_what_stands_in_no_century_of_a_window_is_refused():
    with pytest.raises(templates.NoPlace):
        templates.cut("SELECT MAKE_DATE(2026, 11, 30)", {})


def test_kept_on_disk_and_read_without_ibis(tmp_path, monkeypatch):
    """Another process fills in what this one compiled, and never imports Ibis."""
    code = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from rounds.analytics.numbers import compiling, period as periods
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.running import Cell
from rounds.playbook import default
book, at = default(), datetime(2026, 11, 30, 12, tzinfo=UTC)
for said in sys.argv[1:]:
    here = Cell(periods.parse(said, book, at.date())).window(book, at)
    print(compiling.compiled(find("win_rate"), here, "segment", (("tier", ("1",)),), book, "postgres", None).sql.replace(chr(10), " "))
print("ibis" in sys.modules)
"""

    def run(*periods):
        return subprocess.run([sys.executable, "-c", code, *periods], capture_output=True, text=True, check=True, env=ours).stdout.splitlines()

    ours = {**os.environ, "ROUNDS_STATEMENTS_DIR": str(tmp_path / "kept"), "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}
    first, second = run("2026-Q3"), run("2026-Q3", "2026-Q2")
    assert [first[-1], second[-1], second[0]] == ["True", "False", first[0]]
    assert "2026-04-01" in second[1]
    assert [file.suffix for file in (tmp_path / "kept").rglob("*.*")] == [".json"]


def test_nothing_is_kept_where_others_may_write(tmp_path, settings):
    settings.STATEMENTS_DIR = tmp_path / "open"
    settings.STATEMENTS_DIR.mkdir()
    settings.STATEMENTS_DIR.chmod(0o777)
    keeping._folder.cache_clear()
    try:
        keeping.keep("x", templates.Template(("SELECT 1",), {}))
        assert keeping.read("x") is None
        settings.STATEMENTS_DIR = tmp_path / "own"
        keeping._folder.cache_clear()
        keeping.keep("x", templates.Template(("SELECT ", ("at", 5)), {"deals": frozenset({"id"})}))
        assert keeping.read("x") == templates.Template(("SELECT ", ("at", 5)), {"deals": frozenset({"id"})})
        assert keeping.read("y") is None
        next(settings.STATEMENTS_DIR.rglob("*.json")).write_text("{broken")
        assert keeping.read("x") is None
    finally:
        keeping._folder.cache_clear()


def test_a_narrow_scope_is_not_kept(tmp_path, settings):
    """What one person sees is no statement of everybody's."""
    settings.STATEMENTS_DIR = tmp_path / "kept"
    keeping._folder.cache_clear()
    try:
        metric, here = metrics()["pipeline_value"], window("this-week")
        compiling._templates.clear()
        compiling.compiled.cache_clear()
        narrow = replace(SYSTEM, everything=False, system=False, territories=frozenset({"Midwest"}))
        compiling.compiled(metric, here, "", (), BOOK, "duckdb", narrow)
        assert not list((tmp_path / "kept").rglob("*.json"))
        compiling.compiled(metric, here, "", (), BOOK, "duckdb", SYSTEM)
        assert len(list((tmp_path / "kept").rglob("*.json"))) == 1
    finally:
        keeping._folder.cache_clear()
