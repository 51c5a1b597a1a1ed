"""All pre-call briefs in one batch, a file each: pages by default, paper when asked for (PLUS-11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

from rounds.actions.trust import audit
from rounds.analytics.market.briefs import briefs
from rounds.documents.brief import Brief, html
from rounds.documents.pdf import pdf
from rounds.kit.actor import Actor
from rounds.kit.scope import Scope
from rounds.kit.text import plain

AT_ONCE = 64
"""Briefs handed to the writing processes at a time: bounds the memory."""


def write(
    folder: Path,
    scope: Scope,
    *,
    by: Actor,
    at: datetime,
    form: Literal["html", "pdf"] = "html",
    units_only: bool = True,
    reason: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the briefs of every account `scope` sees into `folder`; how many. One audit entry names the scope
    and discloses every account.

    Runs inside the caller's sight. Paper is made by as many processes as there are processors.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keys: list[UUID] = []
    found = _noting(briefs(scope, at=at, made_for=by.name, units_only=units_only), keys)
    done = 0
    for done in _papers(found, folder) if form == "pdf" else _pages(found, folder):
        progress(done)
    audit.note_file("accounts.export", by=by, at=at, kind="account", scope=scope.hash, form=form, ids=keys, accounts=keys,
                    reason=reason, detail={"what": "briefs"})  # fmt: skip
    return done


def _noting(found: Iterator[Brief], keys: list[UUID]) -> Iterator[Brief]:
    """The briefs as they come, their accounts noted on the way."""
    for brief in found:
        keys.append(UUID(brief.key))
        yield brief


def name_of(brief: Brief, ending: str) -> str:
    """The file of a brief: its name in plain letters and the end of its key, so that two Mercys stay two files."""
    return f"{plain(brief.name).replace(' ', '-')[:80] or 'account'}-{brief.key[-6:]}.{ending}"


def _pages(found: Iterator[Brief], folder: Path) -> Iterator[int]:
    for done, brief in enumerate(found, 1):
        (folder / name_of(brief, "html")).write_text(html(brief), encoding="utf-8")
        yield done


def _papers(found: Iterator[Brief], folder: Path) -> Iterator[int]:
    done = 0
    with ProcessPoolExecutor() as pool:
        while some := list(islice(found, AT_ONCE)):
            for brief, paper in zip(some, pool.map(pdf, [html(brief) for brief in some], chunksize=8), strict=True):
                (folder / name_of(brief, "pdf")).write_bytes(paper)
                done += 1
            yield done
