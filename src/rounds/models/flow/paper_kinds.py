"""The payloads of what happens to contracts. Nothing privileged is ever in one."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class ContractAdded(Payload):
    name: str
    kind: str


class ContractChanged(Payload):
    name: str
    changed: dict[str, list[Any]]


class ReviewStarted(Payload):
    name: str
    kind: str
    due_from: str
    due_to: str


class ItemMarked(Payload):
    """`part`: checklist, or the step of the review."""

    name: str
    part: str
    item: str
    title: str
    before: str
    after: str


class StepDone(Payload):
    name: str
    step: str
    title: str


class IssueRaised(Payload):
    name: str
    clause: str
    red_flag: bool


class IssueSettled(Payload):
    name: str
    clause: str
    outcome: str


class VersionKept(Payload):
    name: str
    number: int
    label: str
    sha256: str


class ContractApproved(Payload):
    name: str
    by_whom: str
    side: str
    on: str


class ContractSigned(Payload):
    name: str
    side: str
    signer: str
    on: str
    source: str


class ContractExecuted(Payload):
    name: str
    kind: str
    on: str
    expires_on: str | None
    open: list[str]
    """What was still open when it was executed, in words."""


class ContractEnded(Payload):
    name: str
    why: str


class ContractEnding(Payload):
    """Its end, or the day by which it must be cancelled, is near."""

    name: str
    on: str
    days: int
    renews: bool


PAPER: dict[str, type[Payload]] = {
    "contract.added": ContractAdded,
    "contract.changed": ContractChanged,
    "contract.review_started": ReviewStarted,
    "contract.item_marked": ItemMarked,
    "contract.step_done": StepDone,
    "contract.issue_raised": IssueRaised,
    "contract.issue_settled": IssueSettled,
    "contract.version_kept": VersionKept,
    "contract.approved": ContractApproved,
    "contract.signed": ContractSigned,
    "contract.executed": ContractExecuted,
    "contract.abandoned": ContractEnded,
    "contract.ended": ContractEnded,
    "contract.ending": ContractEnding,
}
