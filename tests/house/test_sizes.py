"""Small pieces (law 14), and no figure of the method in Python (law 6)."""

from __future__ import annotations

import ast

from tests.house.house import ROOT, at, files, nodes

LONGEST_FILE, LONGEST_FUNCTION = 250, 45
LONG_FILES = {
    "src/rounds/models/__init__.py": "one table a line",
    "src/rounds/jobs/chores.py": "one short function a chore",
    "src/rounds/jobs/universe.py": "one resumable run told from end to end",
    "src/rounds/playbook/checks/scoring.py": "one check after another",
    "src/rounds/playbook/loader.py": "",
    "src/rounds/rules/scoring/tree.py": "the readings of one tree side by side",
}
LONG_FUNCTIONS = {
    "src/rounds/actions/desk/tasks.py add": "one deed, its arguments one a line",
    "src/rounds/actions/leads/activities.py log": "one deed, its arguments one a line",
    "src/rounds/rules/scoring/score.py score": "the hot path of every verdict",
    "src/rounds/rules/universe/ehr.py _from_system": "one expression of columns",
    "src/rounds/rules/universe/money.py add_money": "one expression of columns",
    "src/rounds/rules/universe/places.py add_places": "one expression of columns",
    "src/rounds/rules/universe/units.py add_units": "one expression of columns",
}


def test_files_are_small():
    long = {str(f.relative_to(ROOT)) for f in files() if f.read_text().count("\n") > LONGEST_FILE}
    assert long - LONG_FILES.keys() == set(), f"split it, or say above why it is longer than {LONGEST_FILE} lines"
    assert LONG_FILES.keys() - long == set(), "short enough now: take it off the list"


def test_functions_are_small():
    long = {
        f"{file.relative_to(ROOT)} {node.name}"
        for file in files() for node in nodes(file, ast.FunctionDef, ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }  # fmt: skip
    assert long - LONG_FUNCTIONS.keys() == set(), f"split it, or say above why it is longer than {LONGEST_FUNCTION} lines"
    assert LONG_FUNCTIONS.keys() - long == set(), "short enough now: take it off the list"


ALWAYS = {0, 1, -1, 2, 3, 100}
"""Nothing, one, both, few; the hundred of percent."""
CALENDAR = {12, 13, 365, 365.25, 1970, 2200}
BITS = {31, 62}
NAMED = {
    "ceiling": "a count nobody reaches", "MAX_TEXT": "how long a text fact may be", "BASE": "basis points: rates are compared as whole numbers",
    "PLACES": "decimals that are shown", "THOUSAND": "thousands, millions, billions of dollars", "MOST_OF_A_FIGURE": "more than anybody reads", "WEEKS": "of a year", "MOST_CENTS": "more than any quote",
    "NEAR": "how close two sources' figures are to be called the same", "BLOCK": "how many rows are compared at once",
    "STEPS": "of an approximation, far more than it needs", "TINY": "what keeps a number off zero", "CLOSE": "the precision of a computer",
    "MOST_CASES": "more than anybody counts", "MOST_SPELLINGS": "of a part of an expression", "WEEK": "days", "YEAR": "days", "PHONE": "digits of a telephone number", "DAYS_OF_A_YEAR": "days", "MOST_REFERENCES": "of a thread that are read", "LONGEST_SUBJECT": "more than anybody writes", "MOST_PARTS": "of a mail: more is a bomb", "MOST_FILES": "names of files of one mail", "LONGEST_READ": "characters of one part that are read", "LONGEST_BYTES": "the same in bytes", "LONGEST_TITLE": "of a person: more is a sentence", "SHOCKS": "months that are drawn, more than any window has", "AFTER": "beyond the steps of any deal", "_SHORTEST_CORE": "letters of a name that can be compared",
}  # fmt: skip
"""Constants of the machinery, not of the method."""
BOUNDS = {"number", "whole", "checked", "lru_cache", "round"}
"""What takes bounds of the possible (a count below a million), sizes of caches, decimals."""


def test_no_figure_of_the_method_is_typed_into_a_rule():
    """Law 6: thresholds, points and weights stand in the playbook with their source."""
    found = []
    for file in files("rules"):
        allowed = set()
        for node in nodes(file, ast.Subscript, ast.Call, ast.Assign, ast.AnnAssign):
            name = _named(node)
            if isinstance(node, ast.Subscript) or name in BOUNDS or name in NAMED or name == "status":
                allowed |= {id(part) for part in ast.walk(node.slice if isinstance(node, ast.Subscript) else node)}
        for node in nodes(file, ast.Compare):
            if "len" in {_named(part) for part in ast.walk(node) if isinstance(part, ast.Call)}:
                allowed |= {id(part) for part in ast.walk(node)}  # how long a text or a list is
        for node in nodes(file, ast.Constant):
            if type(node.value) not in (int, float) or id(node) in allowed:
                continue
            if node.value not in ALWAYS | CALENDAR | BITS:
                found.append(f"{at(file, node)}: {node.value}")
    assert "\n".join(sorted(found)) == "", "put it into the playbook, with its source"


def _named(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", ""))
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return getattr(target, "id", "")
