"""Events of proofs of concept."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class PocNamed(Payload):
    name: str


class PocAgreed(Payload):
    name: str
    weeks: int
    criteria: int
    signed_by: str
    short_samples: list[str]


class PocKickedOff(Payload):
    name: str
    kickoff_on: str
    ends_on: str


class PocDataStarted(Payload):
    name: str
    phi: bool
    baa: str | None


class PocRevised(Payload):
    """`before` and `after` are versions."""

    name: str
    before: int
    after: int
    criterion: str
    why: str
    signed_by: str


class PocRead(Payload):
    criterion: str
    week: int
    value: float
    verdict: str
    method: str


class PocIssueRaised(Payload):
    title: str
    severity: str


class PocIssueEscalated(Payload):
    title: str
    severity: str
    to: list[str]


class PocIssueClosed(Payload):
    title: str
    solution: str


class PocMilestoneDone(Payload):
    title: str
    phase: str


class PocReviewed(Payload):
    week: int


class PocOverran(Payload):
    name: str
    alarm: str
    ends_on: str


class PocExtensionAsked(Payload):
    name: str
    number: int
    weeks: int
    why: str


class PocExtensionAnswered(Payload):
    name: str
    number: int
    weeks: int
    note: str
    ends_on: str


class PocSigned(Payload):
    name: str
    what: str
    version: int
    signed_by: str


class PocReadout(Payload):
    name: str
    result: str
    attained: float
    decision_due_on: str


class PocResult(Payload):
    """Signed off by the customer: succeeded, partial or failed."""

    name: str
    result: str
    attained: float
    signed_by: str


class PocDecided(Payload):
    name: str
    decision: str
    late: bool


class PocAbandoned(Payload):
    name: str
    why: str


class PocRoiCounted(Payload):
    percent: str
    payback: str
    net_cents: int


class PocPhiDetermined(Payload):
    name: str
    involved: bool
    data_set: str


class PocDataClockStarted(Payload):
    name: str
    cause: str
    due_on: str


class PocDataCertified(Payload):
    name: str
    method: str
    done_on: str
    late: bool


class PocConverted(Payload):
    name: str
    steps: int
    weeks: int


POCS: dict[str, type[Payload]] = {
    "poc.opened": PocNamed,
    "poc.described": PocNamed,
    "poc.agreed": PocAgreed,
    "poc.kicked_off": PocKickedOff,
    "poc.data_started": PocDataStarted,
    "poc.criteria_revised": PocRevised,
    "poc.read": PocRead,
    "poc.issue_raised": PocIssueRaised,
    "poc.issue_escalated": PocIssueEscalated,
    "poc.issue_closed": PocIssueClosed,
    "poc.milestone_done": PocMilestoneDone,
    "poc.reviewed": PocReviewed,
    "poc.overran": PocOverran,
    "poc.extension_asked": PocExtensionAsked,
    "poc.extended": PocExtensionAnswered,
    "poc.extension_refused": PocExtensionAnswered,
    "poc.signed": PocSigned,
    "poc.readout_held": PocReadout,
    "poc.succeeded": PocResult,
    "poc.fell_short": PocResult,
    "poc.decided": PocDecided,
    "poc.abandoned": PocAbandoned,
    "poc.roi_counted": PocRoiCounted,
    "poc.phi_determined": PocPhiDetermined,
    "poc.data_clock_started": PocDataClockStarted,
    "poc.data_certified": PocDataCertified,
    "poc.converted": PocConverted,
}
