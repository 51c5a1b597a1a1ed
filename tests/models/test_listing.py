"""Lists: keyset pages are the whole ordered list once, filters mean what they say, and no address is a fault."""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from urllib.parse import parse_qs

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rounds.access.sight import look_as
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Lead
from rounds.models.leads.listing import LEADS
from rounds.models.listing import Condition, ListRefused, Query, page_of, parse
from rounds.models.listing.grammar import MOST_CONDITIONS
from rounds.models.listing.places import seal
from rounds.models.market.listing import ACCOUNTS, CONTACTS, UNITS

LISTINGS = {"account": ACCOUNTS, "unit": UNITS, "lead": LEADS, "contact": CONTACTS}
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
patiently = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _sees_all(db):
    look_as(Scope(everything=True))


# ---- invented rows: few distinct values, so that ties and nulls meet often ---------------------------------------
names = st.sampled_from(["", "Abbey", "Abbey Hill", "abbey", "Zürich", "Çan", "a~b", "O'Hara, Inc", "%", "_"])
rows = st.lists(
    st.fixed_dictionaries({
        "name": names,
        "beds": st.none() | st.sampled_from([0, 1, 24, 25, 500, 2_147_483_647]),
        "tier": st.none() | st.integers(0, 3),
        "ehr_vendor": st.sampled_from(["", "Epic", "MEDITECH"]),
        "state": st.sampled_from(["", "NY", "NJ"]),
        "fit_rate": st.none() | st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.30000000000000004]),
        "deal_potential_cents": st.none() | st.sampled_from([0, 1, 99, 100, 250_000_00, 9_007_199_254_740_993]),
        "heat": st.integers(0, 2),
        "score_total": st.none() | st.integers(0, 3),
        "band_provisional": st.booleans(),
        "last_touch_at": st.none() | st.integers(0, 3).map(lambda n: DAY - timedelta(days=n, microseconds=n)),
    }),
    max_size=14,
)  # fmt: skip
SORTS = [name for name, field in ACCOUNTS.fields.items() if field.sortable]
sorts = st.lists(st.tuples(st.sampled_from(SORTS), st.booleans()), min_size=1, max_size=4, unique_by=lambda s: s[0])


def stored(invented: list[dict]) -> list[Account]:
    made = [Account(level="system", created_at=DAY, updated_at=DAY, custom={}, **row) for row in invented]
    Account.objects.bulk_create(made)
    return made


def by_hand(row: Account, path: str):
    return getattr(row, path)


def ordered(found: list[Account], keys: list[tuple[str, bool]]) -> list[Account]:
    """The whole list under `keys`, nulls last whichever way a key runs, ties by id the way the first runs."""

    def compare(a: Account, b: Account) -> int:
        for name, falling in keys:
            x, y = (by_hand(row, ACCOUNTS.fields[name].path) for row in (a, b))
            if x == y:
                continue
            if x is None or y is None:
                return 1 if x is None else -1
            return (-1 if x < y else 1) * (-1 if falling else 1)
        return (-1 if a.id.bytes < b.id.bytes else 1) * (-1 if keys[0][1] else 1)

    return sorted(found, key=cmp_to_key(compare))


def walked(base, text: str, size: int) -> list:
    """Every row of the list, page after page, through the addresses the pages themselves give."""
    seen, turns = [], 0
    while True:
        page = page_of(base, parse(ACCOUNTS, parse_qs(text), size=size))
        assert len(page.rows) <= size
        seen += page.rows
        turns += 1
        assert turns <= 40
        if not page.next_query:
            return seen
        text = page.next_query


@pytest.mark.req("UI-02")
@given(invented=rows, keys=sorts, size=st.integers(1, 6))
@patiently
def test_the_pages_are_the_whole_ordered_list_once(invented, keys, size):
    with transaction.atomic():
        made = stored(invented)
        text = "sort=" + ",".join(("-" if falling else "") + name for name, falling in keys)
        assert [r.id for r in walked(Account.objects.all(), text, size)] == [r.id for r in ordered(made, keys)]
        transaction.set_rollback(True)


@given(invented=rows, keys=sorts, size=st.integers(1, 6))
@patiently
def test_pages_of_columns_walk_the_same_list(invented, keys, size):
    with transaction.atomic():
        made = stored(invented)
        query = parse(ACCOUNTS, {"sort": [("-" if f else "") + n for n, f in keys]}, size=size)
        seen, after = [], query
        while after is not None:
            page = page_of(Account.objects.all(), after, columns=("id", "name"))
            seen += page.rows
            after = parse(ACCOUNTS, parse_qs(page.next_query), size=size) if page.next is not None else None
        assert seen == [(r.id, r.name) for r in ordered(made, keys)]
        transaction.set_rollback(True)


def test_a_row_added_behind_the_reader_moves_no_page():
    first = stored([{"name": f"Harbor {n:02}"} for n in range(10)])
    page = page_of(Account.objects.all(), parse(ACCOUNTS, {"sort": ["name"]}, size=4))
    stored([{"name": "Harbor 000"}])
    rest = walked(Account.objects.all(), page.next_query, 4)
    assert [r.name for r in page.rows + rest] == [r.name for r in first]


# ---- conditions ---------------------------------------------------------------------------------------------------
def holds(row: Account, condition: Condition) -> bool:
    """The condition in plain Python, as its words say."""
    value, op, said = by_hand(row, condition.field.path), condition.op, condition.values
    kind = "int" if condition.field.number else condition.field.kind
    if op in ("known", "unknown"):
        return (value in (None, "")) == (op == "unknown")
    if op == "before":
        return value is None or value < now() - timedelta(days=int(said[0]))
    if op == "not":
        return str(value) not in said
    if value is None:
        return False
    match kind, op:
        case "bool", _:
            return value is (said[0] == "yes")
        case "int", "is":
            return value in map(int, said)
        case "int", _:
            return value >= int(said[0]) if op == "gte" else value <= int(said[0])
        case "money", _:
            cents = round(float(said[0]) * 100)
            return value >= cents if op == "gte" else value <= cents
        case "rate", _:
            rate = float(said[0]) / 100
            return value >= rate if op == "gte" else value <= rate
        case "when", _:
            return value >= now() - timedelta(days=int(said[0]))
        case _, "starts":
            return value.startswith(said[0])
        case _, _:
            return value in said


def one_of(name: str):
    field = ACCOUNTS.fields[name]
    given_values = {
        "name": names.filter(lambda v: v and "~" not in v).map(lambda v: (v,)),
        "beds": st.sampled_from([("0",), ("25",), ("-1",), ("99999999999999999999",)]),
        "tier": st.lists(st.sampled_from("0123"), min_size=1, max_size=3, unique=True).map(tuple),
        "ehr": st.lists(st.sampled_from(["Epic", "MEDITECH", "Paper"]), min_size=1, unique=True).map(tuple),
        "state": st.sampled_from([("NY",), ("NY", "NJ")]),
        "fit_rate": st.sampled_from([("10",), ("30",), ("0",), ("99.5",)]),
        "potential": st.sampled_from([("0",), ("0.99",), ("250000",), ("1e20",)]),
        "provisional": st.sampled_from([("yes",), ("no",)]),
        "touch": st.sampled_from([("30",), ("99999",)]),
    }[name]
    return st.sampled_from(field.operators).flatmap(
        lambda op: given_values.map(lambda v: Condition(field, op, () if op in ("known", "unknown") else v))
    )


ASKED = ["name", "beds", "tier", "ehr", "state", "fit_rate", "potential", "provisional", "touch"]
conditions = st.sampled_from(ASKED).flatmap(one_of)
groups = st.lists(st.lists(conditions, min_size=1, max_size=3), max_size=3)


@pytest.mark.req("UI-02")
@given(invented=rows, asked=groups)
@patiently
def test_conditions_mean_what_they_say(invented, asked):
    """Rows match that satisfy one group whole, through the very address that the query writes."""
    query = Query(ACCOUNTS, tuple(asked[0]) if asked else (), tuple(map(tuple, asked[1:])), ("name",))
    with transaction.atomic():
        made = stored(invented)
        again = parse(ACCOUNTS, parse_qs(query.query_string()))
        found = set(Account.objects.filter(again.where()).values_list("id", flat=True))
        wanted = {r.id for r in made if not asked or any(all(holds(r, c) for c in group) for group in asked)}
        assert found == wanted
        assert again.groups == query.groups
        transaction.set_rollback(True)


def test_a_tier_is_a_number_whatever_is_asked_of_it():
    made = stored([{"name": "One", "tier": 1}, {"name": "Two", "tier": 2}, {"name": "None", "tier": None}])
    seen = {text: {r.name for r in page_of(Account.objects.all(), parse(ACCOUNTS, {"f": [text]})).rows}
            for text in ("tier.is.1", "tier.not.1", "tier.is.1,2", "tier.known", "tier.unknown")}  # fmt: skip
    assert seen == {
        "tier.is.1": {"One"}, "tier.not.1": {"Two", "None"}, "tier.is.1,2": {"One", "Two"},
        "tier.known": {"One", "Two"}, "tier.unknown": {"None"},
    }  # fmt: skip
    assert len(made) == 3


def test_mine_means_the_viewer_and_nobody_for_a_stranger(cast):
    look_as(Scope(everything=True))
    stored([{"name": "Hers", "owner": cast.owner}, {"name": "His", "owner": cast.colleague}, {"name": "Free"}])
    query = parse(ACCOUNTS, {"f": ["owner.is.me"]})
    assert [r.name for r in page_of(Account.objects.all(), query, context=cast.owner).rows] == ["Hers"]
    assert page_of(Account.objects.all(), query).rows == []
    unowned = parse(ACCOUNTS, {"f": ["owner.unknown"]})
    assert [r.name for r in page_of(Account.objects.all(), unowned).rows] == ["Free"]


@pytest.mark.parametrize("noun", LISTINGS)
def test_no_choice_breaks_the_grammar(noun, db):
    """A value parts from its neighbours by comma, a condition by ~: no shipped choice may hold one."""
    for field in LISTINGS[noun].fields.values():
        for value, label in field.choices() if field.choices else ():
            assert value, field.name
            assert label, field.name
            assert not set(value) & {",", "~", "\x00"}, (field.name, value)


@pytest.mark.parametrize("noun", LISTINGS)
def test_every_field_answers_every_operator_and_sort(noun, cast):
    """Each name a list offers works against the real columns, whichever operator is offered with it."""
    look_as(Scope(everything=True))
    listing = LISTINGS[noun]
    sample = {"int": "5", "money": "1000.50", "rate": "12.5", "when": "30", "date": "2026-11-20", "bool": "yes",
              "person": "me", "window": "open", "text": "a.b,c", "words": "mercy"}  # fmt: skip
    for field in listing.fields.values():
        if field.filterable:
            for op in field.operators:
                value = sample.get(field.kind) or next((v for v, _ in field.choices()), "x")
                text = f"{field.name}.{op}" + ("" if op in ("known", "unknown") else f".{value}")
                query = parse(listing, {"f": [text]})
                assert page_of(listing.model.objects.all(), query, context=cast.owner).rows == []
                assert query.every[0].says_op
                assert isinstance(query.every[0].says_values, str)
        if field.sortable:
            for key in (field.name, f"-{field.name}"):
                assert page_of(listing.model.objects.all(), parse(listing, {"sort": [key]})).rows == []


# ---- what is refused ------------------------------------------------------------------------------------------------
ID = str(new_id())


def sealed(*place) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


REFUSED = {
    "unknown field": {"f": ["passwords.is.x"]},
    "a column that is no field": {"f": ["owner_id.is.x"]},
    "a lookup for a name": {"f": ["name__startswith.is.A"]},
    "a path for a name": {"f": ["owner__email.is.a@b.example"]},
    "a lookup for an operator": {"f": ["name.regex.^(a+)+$"]},
    "SQL for a name": {"f": ["name;DROP TABLE rounds_account;--.is.x"]},
    "SQL for an operator": {"f": ["beds.gte) OR (1=1.5"]},
    "nothing but dots": {"f": ["..."]},
    "no value": {"f": ["beds.gte."]},
    "no operator": {"f": ["beds"]},
    "words for a number": {"f": ["beds.gte.many"]},
    "SQL for a number": {"f": ["beds.gte.1 OR 1=1"]},
    "a fraction for a number": {"f": ["beds.is.1.5"]},
    "not a number, for money": {"f": ["potential.gte.nan"]},
    "endless money": {"f": ["potential.gte.inf"]},
    "money beyond floats": {"f": ["potential.gte.1e999"]},
    "not a number, for a rate": {"f": ["fit_rate.gte.nan"]},
    "an endless rate": {"f": ["fit_rate.lte.-inf"]},
    "a tier that is no number": {"f": ["tier.is.gold"]},
    "days without end": {"f": ["touch.within.-99999999999999"]},
    "days that are words": {"f": ["touch.within.week"]},
    "perhaps": {"f": ["provisional.is.perhaps"]},
    "perhaps, of a made filter": {"f": ["whitespace.is.perhaps"]},
    "a window nobody knows": {"f": ["window.is.ajar"]},
    "a person who is no id": {"f": ["owner.is.olivia"]},
    "a NUL byte": {"f": ["name.is.Har\x00bor"]},
    "a NUL byte of a choice": {"f": ["state.is.N\x00Y"]},
    "a NUL byte in the words": {"f": ["words.has.har\x00bor"]},
    "a digit of another script than numbers, too long": {"f": ["beds.gte." + "9" * 5000]},
    "too many conditions": {"f": ["beds.gte.1"] * (MOST_CONDITIONS + 1)},
    "too many conditions in groups": {"f": ["beds.gte.1"] * 10, "or": ["~".join(["beds.lte.9"] * 11)]},
    "a bad condition in a group": {"or": ["beds.gte.1~beds.gte.x"]},
    "a sort nobody offers": {"sort": ["password"]},
    "a sort by a lookup": {"sort": ["owner__email"]},
    "SQL for a sort": {"sort": ["name DESC; SELECT pg_sleep(9)"]},
    "a double minus": {"sort": ["--name"]},
    "too many sorts": {"sort": ["name,beds,tier,ehr,potential"]},
    "a size of nothing": {"size": ["0"]},
    "a size that is too much": {"size": ["201"]},
    "a size below nothing": {"size": ["-1"]},
    "a size that is no number": {"size": ["many"]},
    "a size that only looks like one": {"size": ["²"]},
    "an after that is no place": {"after": ["x"]},
    "an after that is no base64": {"after": ["é€"]},
    "an after of another sort": {"after": [sealed("a", "b", ID)]},
    "an after without an id": {"after": [sealed("a", "b")]},
    "an after that is an object": {"after": [base64.urlsafe_b64encode(b'{"a": 1}').decode()]},
    "an after of lists": {"after": [sealed(["a"], ID)]},
    "an after with a NUL byte": {"after": [sealed("a\x00b", ID)]},
    "an after with half a character": {"after": [sealed("\ud800", ID)]},
    "an after nested without end": {"after": [base64.urlsafe_b64encode(b"[" * 100_000).decode()]},
    "an after of words where numbers are": {"sort": ["beds"], "after": [sealed("many", ID)]},
    "an endless after": {"sort": ["beds"], "after": [base64.urlsafe_b64encode(f'[1e999,"{ID}"]'.encode()).decode()]},
    "no number for an after": {"sort": ["beds"], "after": [base64.urlsafe_b64encode(f'[NaN,"{ID}"]'.encode()).decode()]},
    "an after on no day": {"sort": ["touch"], "after": [sealed("2026-99-99T00:00:00+00:00", ID)]},
    "an after on a number, not a day": {"sort": ["touch"], "after": [sealed(7, ID)]},
}  # fmt: skip


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused_in_a_sentence(said):
    with pytest.raises(ListRefused) as refused:
        page_of(Account.objects.all(), parse(ACCOUNTS, said))
    assert refused.value.status == 422
    sentence = str(refused.value)
    assert len(sentence.split()) >= 4
    assert sentence[-1] == "."
    assert "\x00" not in sentence


HOSTILE = {
    "quotes": {"f": ["name.is.Robert'); DROP TABLE rounds_account;--"]},
    "percent and underscore": {"f": ["name.starts.%_"]},
    "format marks": {"f": ["name.is.%s %(name)s {0}"]},
    "an astral start": {"f": ["name.starts.\U0010ffff"]},
    "a number beyond the column": {"f": ["beds.gte.99999999999999999999999", "score.is.-99999999999"]},
    "an unknown choice": {"f": ["ehr.is.Paper, pen"]},
    "words that are operators": {"f": ["words.has.a & b | !c <-> :*"]},
    "words that are none": {"f": ["words.has.%%% ''"]},
    "empty parts": {"f": ["", ""], "or": ["", "~~"], "sort": [","], "after": [""], "cols": ["<script>,name"]},
    "an after beyond the column": {"sort": ["beds"], "after": [sealed(10**30, ID)]},
    "an after of another kind": {"sort": ["name"], "after": [sealed(5, ID)]},
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_only_values(said):
    stored([{"name": "Harbor"}])
    page = page_of(Account.objects.all(), parse(ACCOUNTS, said))
    assert len(page.rows) <= 1
    assert "<" not in page.query.query_string()
    assert Account.objects.count() == 1


query_words = st.text(max_size=30) | st.sampled_from([*ACCOUNTS.fields, *REFUSED])
queries = st.dictionaries(
    st.sampled_from(["f", "or", "sort", "after", "size", "cols", "view"]),
    st.lists(query_words | st.tuples(query_words, query_words, query_words).map(".".join), max_size=3),
)


@given(said=queries)
@example(said={"f": ["name.is.\ud800"]})
@settings(patiently, max_examples=150)
def test_any_address_is_answered_or_refused(said):
    with transaction.atomic(), contextlib.suppress(ListRefused):
        assert page_of(Account.objects.all(), parse(ACCOUNTS, said)).rows == []


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@given(place=st.lists(values, min_size=2, max_size=2), sort=st.sampled_from(["name", "beds", "fit_rate", "touch", "potential"]))
@settings(patiently, max_examples=100)
def test_a_forged_place_is_a_place_or_refused(place, sort):
    """Whoever writes a place by hand learns nothing and breaks nothing: the rows are those of the scope anyway."""
    with transaction.atomic(), contextlib.suppress(ListRefused):
        query = parse(ACCOUNTS, {"sort": [sort, "-heat"], "after": [seal([*place, ID])]})
        assert page_of(Account.objects.all(), query).rows == []


def test_the_cast_of_models_is_listed_as_declared():
    assert {one.model for one in LISTINGS.values()} == {Account, Lead, Contact}
    for one in LISTINGS.values():
        assert set(one.sums) <= set(one.fields)
        assert {key.lstrip("-") for key in one.opens_with} <= {n for n, f in one.fields.items() if f.sortable}
