"""Merging: one record taken into another with everything below it, and taken back (LEAD-31)."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.market import merged_parts as parts
from rounds.actions.market.merge_nouns import NOUNS, MergeNoun, noun_of
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import DuplicatePair, Merge
from rounds.models.base import Mergeable, signature


class NotOne(Refusal):
    """These two cannot be one record."""

    status = 422


class MergeGone(Refusal):
    """This merge was taken back already."""


class MergedFurther(Refusal):
    """The record that stayed was itself merged into another one since; take that merge back first."""


@phi.texts("reason")
def merge(
    kept: Mergeable, lost: Mergeable, *, take: Collection[str] = (), by: Actor, at: datetime, reason: str = ""
) -> Merge:
    """Take `lost` into `kept`. Of the columns named in `take` the value of `lost` is kept, of the others that of `kept`,
    or where it is empty that of `lost`.

    Everything below `lost` (people, leads, acts, answers, tasks, favourites) hangs below `kept` afterwards; what cannot
    stand there twice stays where it was. Who opted out of either has opted out. `lost` stays as a row that points at
    `kept`: its history, its old addresses and the way back hang on it.
    Effects: both rows, what is below, Merge, <noun>.merged, an audit entry, scores. Raises NotOne (422), OnHold (409).
    """
    spec = noun_of(kept)
    with deed(by), sight(EVERYTHING):
        kept, lost = parts.locked(kept, lost)
        _check(spec, kept, lost, take)
        row = Merge(noun=spec.noun, reason=reason, **{spec.noun: kept, f"other_{spec.noun}": lost}, **signature(by, at))
        stood = {"kept": parts.columns(spec, kept), "lost": parts.columns(spec, lost)}
        row.taken = parts.join(spec, kept, lost, take)
        row.moved = parts.move(lost, kept)
        row.before = json.dumps(stood)
        spec.retire(lost, kept, by=by, at=at)
        kept.updated_at = lost.updated_at = at
        lost.merged_into = kept
        lost.save()
        kept.save()
        row.save(force_insert=True)
        _decide_pairs(spec, kept, lost, by=by, at=at)
        said = {"merge": str(row.id), "other": str(lost.pk), "other_name": str(lost), "moved": parts.count(row.moved),
                "taken": row.taken}  # fmt: skip
        _tell(spec, kept, spec.merged, said, by=by, at=at)
        spec.settle(kept, by=by, at=at, cause=f"{lost} was merged into it")
    return row


def unmerge(row: Merge, *, by: Actor, at: datetime) -> Merge:
    """Take a merge back: `lost` is itself again, what came along goes back, columns get their values back where nobody
    changed them since.

    Effects: both rows, what was moved, Merge.undone_at and how much was left, <noun>.unmerged, an audit entry, scores.
    Raises MergeGone, MergedFurther (409).
    """
    spec = NOUNS[row.noun]
    with deed(by), sight(EVERYTHING):
        row = Merge.objects.select_for_update().get(pk=row.pk)
        if row.undone_at is not None:
            raise MergeGone
        kept, lost = parts.locked(row.kept, row.lost)
        if kept.merged_into_id is not None:
            raise MergedFurther
        stood = json.loads(row.before)
        lost.merged_into = None
        parts.put_back(spec, kept, stood["kept"], stood["lost"], row.taken)
        back, left = parts.move_back(row.moved, kept, lost)
        spec.restore(lost, stood["lost"], by=by, at=at)
        kept.updated_at = lost.updated_at = at
        lost.save()
        kept.save()
        row.undone_at, row.undone_by, row.left = at, by.name, left
        row.save(update_fields=["undone_at", "undone_by", "left"])
        _reopen_pair(spec, kept, lost)
        said = {"merge": str(row.id), "other": str(lost.pk), "other_name": str(lost), "back": back, "left": left}
        _tell(spec, kept, spec.unmerged, said, by=by, at=at)
        for one in (kept, lost):
            spec.settle(one, by=by, at=at, cause="a merge was taken back")
    return row


def keep_apart(pair: DuplicatePair, *, by: Actor, at: datetime) -> DuplicatePair:
    """Say that a pair is two records; the finder does not bring it up again. Effects: its state, an audit entry."""
    with deed(by):
        pair.state, pair.decided_at, pair.decided_by = "apart", at, by.name
        pair.save(update_fields=["state", "decided_at", "decided_by"])
        audit.note("duplicates.keep_apart", by=by, at=at, kind=pair.noun, subject=pair.one.pk, detail={"other": str(pair.other.pk)})
    return pair


def _check(spec: MergeNoun, kept: Mergeable, lost: Mergeable, take: Collection[str]) -> None:
    if kept.pk == lost.pk:
        raise NotOne("This is one record already; choose two.")
    if unknown := sorted(set(take) - set(spec.fields)):
        raise NotOne(f"“{unknown[0]}” is nothing to choose; choose among {', '.join(spec.fields)}.", field="take")
    for one in (kept, lost):
        if one.merged_into_id is not None:
            raise NotOne(f"{one} was merged into another record already; go on with that one.")
    if sentence := spec.apart(kept, lost):
        raise NotOne(sentence)


def _decide_pairs(spec: MergeNoun, kept: Mergeable, lost: Mergeable, *, by: Actor, at: datetime) -> None:
    """The pair of the two is merged; other pairs of the one taken in go, the finder looks at the whole record anew."""
    here, there = spec.noun, f"other_{spec.noun}"
    open_pairs = DuplicatePair.objects.filter(noun=spec.noun, state="open")
    decided = {"decided_at": at, "decided_by": by.name}
    ends = {kept.pk, lost.pk}
    open_pairs.filter(**{f"{here}__in": ends, f"{there}__in": ends}).update(state="merged", **decided)
    for side in (here, there):
        open_pairs.filter(**{side: lost}).update(state="gone", **decided)


def _reopen_pair(spec: MergeNoun, kept: Mergeable, lost: Mergeable) -> None:
    ends = {kept.pk, lost.pk}
    pairs = DuplicatePair.objects.filter(noun=spec.noun, **{f"{spec.noun}__in": ends, f"other_{spec.noun}__in": ends})
    pairs.update(state="apart")


def _tell(spec: MergeNoun, kept: Mergeable, kind: str, said: dict[str, Any], *, by: Actor, at: datetime) -> None:
    events.record(kind, said, by=by, at=at, **spec.whose(kept))
    audit.note(kind.removesuffix("d"), by=by, at=at, kind=spec.noun, subject=kept.pk,
               detail={key: value for key, value in said.items() if key != "other_name"})  # fmt: skip
