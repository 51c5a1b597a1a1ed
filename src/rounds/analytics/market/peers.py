"""The nearest peers of an account among those one may see: by beds, rurality and teaching within its type (PLUS-11)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account
from rounds.playbook import Playbook

Kind = tuple[str, str]
"""(level, organisation type): peers are of the same."""


@dataclass(frozen=True)
class Peer:
    """One peer: its name, its beds, its total margin as a ratio."""

    id: UUID
    name: str
    beds: int
    margin: float


class Peers:
    """Finds peers. Each kind is read once, so that a batch of briefs asks the database once for each kind."""

    def __init__(self, book: Playbook, scope: Scope) -> None:
        self.rule, self.scope = book.universe.peers, scope
        self._read: dict[Kind, tuple[list[Peer], list[tuple[float, float, bool]]]] = {}

    def of(self, account: Account) -> list[Peer]:
        """At most the playbook's count of nearest peers, lowest margin first; none when its beds are unknown."""
        if not account.beds:
            return []
        import numpy as np

        from rounds.rules.universe.peers import features_of, nearest

        peers, like = self._kind((account.level, account.org_type))
        others = [place for place, peer in enumerate(peers) if peer.id != account.id]
        rows = [like[place] for place in others] + [_like(account.beds, account.custom.get("facts", {}))]
        features = features_of(*zip(*rows, strict=True), self.rule)
        known = np.arange(len(rows)) < len(others)
        found = nearest(features, known, self.rule.count, only=np.array([len(others)]))[0]
        return sorted((peers[others[place]] for place in found if place >= 0), key=lambda peer: peer.margin)

    def _kind(self, kind: Kind) -> tuple[list[Peer], list[tuple[float, float, bool]]]:
        if kind not in self._read:
            rows = visible(Account, self.scope).filter(
                level=kind[0], org_type=kind[1], status="open", beds__gt=0, total_margin__isnull=False
            )
            peers, like = [], []
            columns = ("id", "name", "beds", "total_margin", "custom__facts__ruca", "custom__facts__major_teaching")
            for key, name, beds, margin, ruca, teaching in rows.order_by("id").values_list(*columns):
                peers.append(Peer(key, name, beds, margin))
                like.append((float(beds), float(ruca or 0), bool(teaching)))
            self._read[kind] = peers, like
        return self._read[kind]


def _like(beds: int, facts: dict) -> tuple[float, float, bool]:
    return float(beds), float(facts.get("ruca") or 0), bool(facts.get("major_teaching"))
