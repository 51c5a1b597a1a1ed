"""Invented records for the rules, and the engines that read them as columns."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import uuid4

import pytest

from rounds.playbook import VOCABULARY, Playbook, default
from rounds.rules.scoring import scorer

EDGES: dict[str, list[Any]] = {
    "beds": [0, 1, 24, 25, 99, 100, 499, 500, 999, 1000],
    "hospitals": [0, 2, 3, 9, 10],
    "states": [0, 1, 2],
    "interfaces": [0, 1, 3, 6, 11],
    "sites": [0, 1, 2, 5, 10],
    "cbsa_rank": [1, 49, 50, 51],
    "ruca": [1.0, 3.9, 4.0, 10.6],
    "total_margin": [-0.2, -0.0001, 0.0, 0.0149, 0.015, 0.03, 0.0301],
    "it_budget_pct": [0.0, 0.0099, 0.01, 0.02, 0.0201],
    "it_budget_usd": [0, 499_999, 500_000, 1_000_000, 1_000_001, 1_999_999, 2_000_000, 5_000_000],
    "deal_potential_usd": [
        0,
        24_999,
        25_000,
        99_999,
        100_000,
        499_999,
        500_000,
        1_999_999,
        2_000_000,
        5_000_000,
        5_000_001,
    ],
    "timeline_months": [0, 2.9, 3, 3.1, 6, 6.1, 12, 12.1],
    "ehr_confidence": [0.0, 0.5999, 0.6, 1.0],
}
KINDS = {
    "count": "int64",
    "number": "float64",
    "ratio": "float64",
    "money": "float64",
    "flag": "boolean",
    "choice": "string",
    "text": "string",
}


def _one_of(words: Any) -> Any:
    return lambda dice: dice.choice(words)


def _some(words: Any) -> Any:
    return lambda dice: [word for word in words if dice.random() < 0.4]


def _counts(words: Any) -> Any:
    return lambda dice: {word: dice.choice([0, 0, 1, 2, 3, 12]) for word in words if dice.random() < 0.3}


class Invented:
    """Facts, table columns and rows for one rule. Records come from a seed: fast, and the same every time."""

    def __init__(self, playbook: Playbook, rule: str) -> None:
        self.playbook, self.rule = playbook, rule
        self.facts: dict[str, Any] = {}
        self.columns: dict[str, str] = {}
        for fact in VOCABULARY.values():
            if fact.kind in ("set", "counts"):
                words = getattr(playbook.picklists, fact.words).values
                counted = fact.kind == "counts"
                self.facts[fact.name] = _counts(words) if counted else _some(words)
                self.columns |= {f"{fact.name}_{word}": "int64" if counted else "boolean" for word in words}
            else:
                self.facts[fact.name] = self._plain(fact)
                self.columns[fact.name] = KINDS[fact.kind]
        self.codes: list[str] = []
        if rule.startswith("scoring/"):
            for line in scorer(playbook, rule).lines:
                if line.points:
                    self.codes.append(line.code)
                    self.facts[line.code] = _one_of(list(line.points))
                    self.columns[line.code] = "string"

    def _plain(self, fact: Any) -> Any:
        if fact.kind == "flag":
            return _one_of([True, False])
        if fact.kind == "choice":
            return _one_of(getattr(self.playbook.picklists, fact.words).values)
        if fact.name == "state":
            return _one_of(["NY", "ca", "Texas", "DC", "MD", "Ontario", "", "puerto rico", "CA", "U.S. Virgin Islands"])
        if fact.kind == "text":
            return _one_of([*self.playbook.ehr.vendors, "A vendor nobody knows"])
        edges = EDGES.get(fact.name, [])
        whole = fact.kind in ("count", "money")
        low, high = max(fact.low, -2), min(fact.high, 10**7 if whole else 20)

        def made(dice: Random) -> Any:
            if edges and dice.random() < 0.5:
                return dice.choice(edges)
            return dice.randint(int(low), int(high)) if whole else dice.uniform(low, high)

        return made

    def records(self, seed: int, size: int = 200) -> list[dict[str, Any]]:
        """Records with nothing, a few facts, only level codes, most facts, or all of them."""
        dice = Random(seed)
        names = list(self.facts)
        found = []
        for _ in range(size):
            share = dice.choice([0.0, 0.1, 0.3, 0.7, 1.0])
            some = (
                self.codes if self.codes and dice.random() < 0.2 else [name for name in names if dice.random() < share]
            )
            found.append({name: self.facts[name](dice) for name in some})
        return found

    def row(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record as a row of the table."""
        made: dict[str, Any] = dict.fromkeys(self.columns)
        for name, value in record.items():
            if isinstance(value, dict):
                made |= {f"{name}_{kind}": times for kind, times in value.items()}
            elif isinstance(value, list):
                kind = VOCABULARY[name].words
                made |= (
                    {f"{name}_{word}": word in value for word in getattr(self.playbook.picklists, kind).values}
                    if value
                    else {}
                )
            else:
                made[name] = value
        return made


class Engine:
    """One database holding one table of rows; asks an expression over it."""

    examples = 8

    def __init__(self, con: Any, columns: dict[str, str], name: str) -> None:
        import ibis

        self.con, self.columns, self.names, self.name = con, columns, ["row_number_", *columns], name
        con.create_table(name, schema=ibis.schema({"row_number_": "int64", **columns}))
        self.table = con.table(name)
        self.compiled: dict[Any, str] = {}

    def ask(self, key: Any, build: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The new columns of `build(table)` over `rows`, in order."""
        if key not in self.compiled:
            self.compiled[key] = self.con.compile(build(self.table))
        cursor = self.con.con.cursor()
        cursor.execute(f"delete from {self.name}")
        plain = [
            (number, *(_typed(row.get(name), self.columns[name]) for name in self.columns))
            for number, row in enumerate(rows)
        ]
        if self.con.name == "duckdb":
            import pandas as pd

            made = pd.DataFrame(plain, columns=self.names, dtype=object)
            cursor.register("made", made)
            cursor.execute(f"insert into {self.name} select * from made")
        else:
            with cursor.copy(f"copy {self.name} from stdin") as copy:
                for row in plain:
                    copy.write_row(row)
        cursor.execute(f"select * from ({self.compiled[key]}) as asked order by row_number_")
        heads = [column[0] for column in cursor.description]
        return [dict(zip(heads, found, strict=True)) for found in cursor.fetchall()]


@pytest.fixture(scope="session")
def book() -> Playbook:
    return default()


@pytest.fixture(scope="session")
def invent():
    """invent(rule, playbook) → Invented."""
    return lambda rule, playbook=None: Invented(playbook or default(), rule)


@pytest.fixture(scope="session", params=["duckdb", "postgres", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request):
    """engine(columns) → a fresh table on the engine."""
    import ibis

    if request.param == "duckdb":
        con = ibis.duckdb.connect()
    elif request.param == "postgres":
        try:
            dsn = request.getfixturevalue("postgres_dsn")
        except Exception as error:
            pytest.skip(f"no PostgreSQL here: {error}")
        con = ibis.connect(_url(dsn))
    else:
        con = _spark(request.getfixturevalue("tmp_path_factory").mktemp("spark"))
    made, own = [], uuid4().hex[:12]  # tables stay for the run: those of another module's engine have other names

    def fresh(columns: dict[str, str]) -> Any:
        made.append(f"invented_{own}_{len(made)}")
        return SparkEngine(con, columns) if request.param == "spark" else Engine(con, columns, made[-1])

    yield fresh
    if request.param == "spark":
        con._session.stop()


def _url(dsn: str) -> str:
    """A libpq string or URL as the URL Ibis takes."""
    if "://" in dsn:
        return dsn
    from urllib.parse import quote

    from psycopg.conninfo import conninfo_to_dict

    part = conninfo_to_dict(dsn)
    who = quote(part.get("user", "")) + (f":{quote(part['password'])}" if part.get("password") else "")
    return (
        f"postgres://{who}@/{part.get('dbname', '')}?host={quote(part.get('host', ''))}&port={part.get('port', 5432)}"
    )


def _spark(folder: Any) -> Any:
    import ibis
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .appName("rules")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.local.dir", str(folder))
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)


class SparkEngine:
    """The same for Spark: a data frame instead of a table."""

    examples = 2

    def __init__(self, con: Any, columns: dict[str, str]) -> None:
        self.con, self.columns = con, columns

    def ask(self, key: Any, build: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        import ibis

        kinds = {"int64": "bigint", "float64": "double", "boolean": "boolean", "string": "string"}
        shape = ", ".join(f"`{name}` {kinds[kind]}" for name, kind in {"row_number_": "int64", **self.columns}.items())
        plain = [
            (number, *(_typed(row.get(name), kind) for name, kind in self.columns.items()))
            for number, row in enumerate(rows)
        ]
        self.con._session.createDataFrame(plain, shape).createOrReplaceTempView("invented")
        sql = ibis.to_sql(build(self.con.table("invented")), dialect="pyspark")
        return [
            found.asDict() for found in self.con._session.sql(f"select * from ({sql}) order by row_number_").collect()
        ]


def _typed(value: Any, kind: str) -> Any:
    return float(value) if kind == "float64" and value is not None else value
