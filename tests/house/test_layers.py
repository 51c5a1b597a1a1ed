"""The rooms and who may enter which: held by import-linter, and by this where it cannot look."""

from __future__ import annotations

import ast
import tomllib

from django.apps import apps

from rounds.access.row_security import predicate
from tests.house.house import PACKAGE, ROOT, at, files, nodes, tree

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def test_no_room_imports_one_above_it():
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0, "run .venv/bin/lint-imports"


def test_every_room_has_its_place():
    """The contract is exhaustive: a new room such as `utils` fails until somebody says where it stands."""
    layers = next(contract for contract in CONTRACTS if contract["type"] == "layers")
    assert layers["exhaustive"] is True
    placed = {room.strip() for layer in layers["layers"] for room in layer.split("|")}
    rooms = {f.parent.name for f in PACKAGE.glob("*/__init__.py")}
    assert rooms == placed


def test_pure_rooms_know_no_django():
    found = [
        at(file, node)
        for file in files("rules", "playbook", "connectors", "documents", "kit")
        for node in nodes(file, ast.Import, ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.split(".")[0] in ("django", "ninja", "procrastinate", "pghistory")
    ]
    assert found == []


def test_rules_read_no_clock():
    """Facts go in, verdicts come out (law 4): what time it is, the caller says."""
    found = [
        at(file, node)
        for file in files("rules")
        for node in nodes(file, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "today", "utcnow", "time", "monotonic")
        and not node.args and not node.keywords
    ]  # fmt: skip
    assert found == []
    assert [at(f, n) for f in files("rules") for n in nodes(f, ast.ImportFrom) if n.module == "rounds.kit.clock"] == []


def nouns(*, own: bool) -> set[str]:
    """The models whose rows not everybody sees: those with columns of sight, or those that stand below one."""
    models = apps.get_app_config("rounds").get_models()
    return {m.__name__ for m in models if predicate(m) is not None and (getattr(m, "sight", "") == "own") is own}


def asked_in_the_doors(names: set[str]) -> list[tuple[str, ast.Attribute, ast.AST]]:
    """Every `Model.objects` of `names` in a page or the API, with the file's tree."""
    return [
        (f"{at(file, node)}: {node.value.id}.{node.attr}", node, tree(file))
        for file in files("web", "api")
        for node in nodes(file, ast.Attribute)
        if node.attr in ("objects", "_default_manager", "_base_manager")
        and isinstance(node.value, ast.Name) and node.value.id in names
    ]  # fmt: skip


def test_the_doors_read_seen_nouns_through_the_scope_only():
    """Law 8: `Model.objects` of a seen noun has no business in a page or the API; `visible(Model, scope)` has."""
    own = nouns(own=True)
    assert {"Account", "Lead", "Contact"} <= own
    assert [where for where, _, _ in asked_in_the_doors(own)] == []


PARENTS = ("lead", "lead_id", "lead_id__in", "account", "account_id", "account_id__in", "contact", "opportunity", "opportunity_id",
           "opportunity__in", "customer", "implementation", "contract", "contract__in")  # fmt: skip


def test_what_stands_below_is_asked_for_with_what_it_stands_below():
    """An answer, a score, an event in a door begins with the seen lead or account it belongs to."""
    below = nouns(own=False)
    assert {"Event", "ScoreRecord", "Answer", "LeadActivity"} <= below
    loose = []
    for where, manager, whole in asked_in_the_doors(below):
        first = next(
            (call for call in ast.walk(whole) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
             and call.func.value is manager and call.func.attr == "filter"), None,
        )  # fmt: skip
        if first is None or not any(keyword.arg in PARENTS for keyword in first.keywords):
            loose.append(where)
    assert loose == []


def test_the_doors_change_nothing_themselves():
    """Law 1: every write is an action."""
    found = [
        f"{at(file, node)}: .{node.func.attr}()"
        for file in files("web", "api")
        for node in nodes(file, ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in ("bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update")
    ]
    assert found == []


def test_only_access_knows_the_package_of_permissions():
    """Law 12: `rules` means ours everywhere else."""
    found = [
        at(file, node)
        for file in files() if file.parent.name != "access"
        for node in nodes(file, ast.Import) if any(alias.name == "rules" for alias in node.names)
    ]  # fmt: skip
    assert found == []


def test_no_room_for_whatever():
    """Law 12: a name explains itself."""
    names = {"utils", "util", "helpers", "helper", "services", "service", "manager", "managers", "common", "misc", "base_utils"}
    assert [str(f.relative_to(ROOT)) for f in files() if f.stem in names or f.parent.name in names] == []


def test_no_signals_for_behaviour():
    """Law 1 refuses signals: what a deed does stands in the action."""
    found = [at(f, n) for f in files() for n in nodes(f, ast.ImportFrom) if (n.module or "").startswith("django.db.models.signals")]
    assert found == []
