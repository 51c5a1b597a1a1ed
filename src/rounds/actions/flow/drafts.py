"""Drafts of the playbook: changed, compared, published or discarded; one open draft a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from rounds import playbook as playbooks
from rounds.actions.flow import playbooks as publishing
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import PlaybookDraft, PlaybookVersion
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.active import files_of as base_of
from rounds.playbook.editing import with_list, with_value
from rounds.playbook.reading import read
from rounds.playbook.states import STATES

MOST_TEXT = 200_000
TERRITORIES = "routing/territories.yaml"


class DraftRefused(Refusal):
    """A change that cannot be kept in a draft."""

    status = 422


def open_draft(by: Actor) -> PlaybookDraft | None:
    """The draft `by` has open, if any."""
    return PlaybookDraft.objects.filter(by_id=by.id, closed_at=None).order_by("-updated_at").first()


@transaction.atomic
def begin(*, by: Actor, at: datetime) -> PlaybookDraft:
    """The open draft of `by`; a new one over the active playbook where there is none. Effects: PlaybookDraft."""
    with connection.cursor() as cursor:  # two clicks are one draft
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"draft {by.id}"])
    draft = open_draft(by)
    if draft:
        return draft
    return PlaybookDraft.objects.create(
        title="", base_hash=active().hash, files={}, updated_at=at, **signature(by, at)
    )


def files_of(draft: PlaybookDraft) -> dict[str, str]:
    """All files as the draft would have them."""
    return {**base_of(draft.base_hash), **draft.files}


@transaction.atomic
def write(draft: PlaybookDraft, file: str, text: str, *, at: datetime) -> PlaybookDraft:
    """Put `text` as `file` into the draft. Text that is no YAML is refused with its line; sense is checked later."""
    _hold(draft)
    base = base_of(draft.base_hash)
    if file not in base and not playbooks.may_add(file):
        raise DraftRefused(f"The playbook has no file {file[:80]}.")
    if len(text) > MOST_TEXT:
        raise DraftRefused(f"A playbook file holds at most {MOST_TEXT:,} characters.")
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    read(file, text)
    return _keep(draft, base, {file: text}, at)


@transaction.atomic
def add(draft: PlaybookDraft, file: str, text: str, *, at: datetime) -> PlaybookDraft:
    """Put a new file into the draft. Effects: as `write`. Raises DraftRefused where one of its name is there."""
    _hold(draft)
    if file in files_of(draft):
        raise DraftRefused(f"There is a file {file[:80]} already; give this one another name.", field="title")
    return write(draft, file, text, at=at)


@transaction.atomic
def take_out(draft: PlaybookDraft, file: str, *, at: datetime) -> PlaybookDraft:
    """Take what the draft says of `file` out of it again; the version in force stands. Effects: the draft's text."""
    _hold(draft)
    draft.files = {name: text for name, text in draft.files.items() if name != file}
    draft.updated_at = at
    draft.save(update_fields=["files", "updated_at"])
    return draft


@transaction.atomic
def set_figures(draft: PlaybookDraft, file: str, figures: Mapping[tuple[Any, ...], int | float | str], *, at: datetime):
    """Change single figures of `file`, by path. Effects: the draft's text, comments kept."""
    _hold(draft)
    base, files = base_of(draft.base_hash), files_of(draft)
    if file not in base:
        raise DraftRefused(f"The playbook has no file {file[:80]}.")
    for path, value in figures.items():
        files = with_value(files, file, path, value)
    return _keep(draft, base, {file: files[file]}, at)


@transaction.atomic
def place_states(draft: PlaybookDraft, places: Mapping[str, str], *, at: datetime) -> PlaybookDraft:
    """Move states to territories of the table in force ("" = into none). Effects: the draft's text, comments kept.

    Raises DraftRefused for a state or a territory there is not.
    """
    _hold(draft)
    base, files = base_of(draft.base_hash), files_of(draft)
    said = read(TERRITORIES, files[TERRITORIES]).data
    table = said["tables"][said["table"]]["territories"]
    for state, territory in places.items():
        if state not in STATES or territory not in ("", *table):
            raise DraftRefused(f"“{state[:20]}” cannot go to “{territory[:60]}”; choose one of: {', '.join(table)}.", field=state)
    for territory, states in table.items():
        kept = [state for state in states if places.get(state, territory) == territory]
        came = [state for state, to in places.items() if to == territory and state not in kept]
        if (listed := [*kept, *came]) != list(states):
            files = with_list(files, TERRITORIES, ("tables", said["table"], "territories", territory), listed)
    return _keep(draft, base, {TERRITORIES: files[TERRITORIES]}, at)


@transaction.atomic
def rebase(draft: PlaybookDraft, *, at: datetime) -> PlaybookDraft:
    """Put the draft's changes onto the version in force; a file both changed is merged line by line.

    Effects: the draft's files and base. Raises DraftRefused, which names the files whose same lines both changed; the
    draft stays as it was then. Whether the whole still holds together is for the findings to say.
    """
    _hold(draft)
    now, before = active(), base_of(draft.base_hash)
    if draft.base_hash == now.hash:
        return draft
    theirs = now.playbook.files
    together = {name: _together(name, text, before, theirs) for name, text in draft.files.items()}
    clash = sorted(name for name, text in together.items() if text is None)
    if clash:
        raise DraftRefused(
            f"You and v{now.number} changed the same lines of {' and of '.join(clash)}. Write there what v{now.number} "
            "says, or how it was before, and bring the draft up to date again; or discard the draft."
        )
    draft.base_hash, draft.files = now.hash, {}
    draft.save(update_fields=["base_hash"])
    return _keep(draft, theirs, together, at)


def _together(name: str, ours: str, before: Mapping[str, str], theirs: Mapping[str, str]) -> str | None:
    """The file with both changes; None where they clash, or make no YAML of it."""
    if name not in theirs:
        return ours if name not in before else None
    base, other = before.get(name, ""), theirs[name]
    text = playbooks.merged(_ended(base), _ended(ours), _ended(other))
    if text is not None:
        try:
            read(name, text)
        except Refusal:
            return None
    return text


def _ended(text: str) -> str:
    """`text` with the one line end a draft keeps."""
    return text.rstrip() + "\n"


def _hold(draft: PlaybookDraft) -> None:
    """Lock the draft and read it anew, so that changes of two windows both stand. Raises DraftRefused when it is closed."""
    draft.refresh_from_db(from_queryset=PlaybookDraft.objects.select_for_update())
    if draft.closed_at:
        raise DraftRefused("This draft was published or discarded; begin a new one.")


def _keep(draft: PlaybookDraft, base: dict[str, str], changed: dict[str, str], at: datetime) -> PlaybookDraft:
    files = {**draft.files, **changed}
    draft.files = {name: text for name, text in files.items() if text.rstrip() != base.get(name, "").rstrip()}
    draft.updated_at = at
    draft.save(update_fields=["files", "updated_at"])
    return draft


def name(draft: PlaybookDraft, title: str, *, at: datetime) -> PlaybookDraft:
    """Give the draft a title. Effects: the row."""
    draft.title, draft.updated_at = title.strip()[:120], at
    draft.save(update_fields=["title", "updated_at"])
    return draft


def publish(draft: PlaybookDraft, *, reason: str, by: Actor, at: datetime) -> PlaybookVersion:
    """Publish the draft as the next version and close it. See `playbooks.publish` for effects and refusals."""
    with deed(by):
        _hold(draft)
        version = publishing.publish(files_of(draft), reason=reason, by=by, at=at, base=draft.base_hash)
        draft.closed_at = at
        draft.save(update_fields=["closed_at"])
    return version


def discard(draft: PlaybookDraft, *, by: Actor, at: datetime) -> None:
    """Close the draft; nothing of it is published. Effects: closed_at, an audit entry."""
    with deed(by):
        draft.closed_at = at
        draft.save(update_fields=["closed_at"])
        audit.note("playbook.discard", by=by, at=at, kind="playbook", subject=draft.id)


def findings(draft: PlaybookDraft) -> tuple[playbooks.Playbook | None, list[playbooks.Finding]]:
    """The drafted playbook and what its checks found; None where the files cannot even be read.

    A playbook with findings of severity error can be shown and mended, but neither tried nor published.
    """
    try:
        book = playbooks.read_only(files_of(draft))
    except playbooks.PlaybookRefused as refused:
        return None, list(refused.findings)
    return book, playbooks.findings(book)
