"""The tables every metric is written over: names, columns and types, once, for PostgreSQL, DuckDB and Spark alike.

Live, `analytics/metrics/live/` fills them from the records a viewer sees; a file or a simulated company brings Parquet files
of these columns. Ids are text; money is whole cents of the company's currency; a moment is UTC and carries no zone; an
unknown text is '', every other unknown is null. `tier` is 1 to 3, 0 = not in the programme, null = not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT, WHOLE, REAL, YES, DAY, MOMENT = "string", "int64", "float64", "boolean", "date", "timestamp"

SIGHT = {"owner_id": TEXT, "team_id": TEXT, "territory": TEXT, "buying_unit_id": TEXT}
"""What a Scope narrows by (access/renderings.py)."""
PLACE = {"segment": TEXT, "tier": WHOLE}
"""What else one filters and breaks down by: of the account, as it stands today."""


@dataclass(frozen=True)
class Table:
    """One table. `noun` is the object of access/roles.yaml a Scope narrows it as; a table without sight of its own is seen
    with the row of `parent` that its column `key` names. `known` is the column that says when a row was written: an as-of
    reading leaves out what was written later."""

    name: str
    about: str
    columns: dict[str, str] = field(repr=False)
    noun: str = ""
    parent: str = ""
    key: str = ""
    known: str = ""

    @property
    def own_sight(self) -> bool:
        return bool(self.noun)


DEAL = {
    **SIGHT, **PLACE, "account_id": TEXT, "lead_id": TEXT, "parent_id": TEXT,
    "kind": TEXT,                   # new, expansion, partner, renewal
    "source": TEXT, "stage": TEXT,  # O1 … O10
    "process": TEXT,                # P1 … P7
    "outcome": TEXT,                # open, won, lost
    "amount_cents": WHOLE,          # a year's (ARR); null = not quoted
    "counted_cents": WHOLE,         # the same without what deals below it account for: what sums are made of
    "chance_bp": WHOLE,             # of a win, in basis points; won 10 000, lost 0
    "close_on": DAY, "forecast_category": TEXT, "next_step_due": DAY, "has_next_step": YES,
    "bant": TEXT,                   # met, at_risk, not_met, unknown
    "term_months": WHOLE, "lead_at": MOMENT, "opened_at": MOMENT, "closed_at": MOMENT, "stage_since": MOMENT,
    "process_since": MOMENT, "touched_at": MOMENT, "lost_reason": TEXT,
}  # fmt: skip

TABLES = (
    Table("deals", "Every deal as it is now; `lead_at` is when its lead was captured.", {"id": TEXT, **DEAL}, noun="opportunity"),
    Table("snapshots", "A deal as it stood at the end of `day` in the company's zone: a row only where something differed from the row before. How a deal stood on a day is its last row up to that day.",
          {"id": TEXT, "day": DAY, **DEAL}, parent="deals", key="id"),
    Table("deal_products", "A product on the deal's quote.", {"deal_id": TEXT, "product": TEXT}, parent="deals", key="deal_id"),
    Table("stage_changes", "A deal entered stage `now`. `way`: opened, forward, skipped, backward, won, lost, reopened, imported.",
          {"id": TEXT, "deal_id": TEXT, "was": TEXT, "now": TEXT, "process_was": TEXT, "process_now": TEXT, "way": TEXT, "entered_at": MOMENT, "known_at": MOMENT, "amount_cents": WHOLE},
          parent="deals", key="deal_id", known="known_at"),
    Table("deal_competitors", "A competitor met in a deal; `won`: it took the deal.", {"deal_id": TEXT, "competitor": TEXT, "status": TEXT, "won": YES, "known_at": MOMENT},
          parent="deals", key="deal_id", known="known_at"),
    Table("deal_people", "A contact on the committee of a deal, who is on it still where `ended_at` is null.",
          {"deal_id": TEXT, "contact_id": TEXT, "stance": TEXT, "known_at": MOMENT, "ended_at": MOMENT}, parent="deals", key="deal_id", known="known_at"),
    Table("demos", "A demonstration: planned, held, no_show, cancelled.", {"id": TEXT, "deal_id": TEXT, "kind": TEXT, "state": TEXT, "starts_at": MOMENT, "minutes": WHOLE, "held_at": MOMENT, "presenter_id": TEXT, "place": TEXT, "known_at": MOMENT},
          parent="deals", key="deal_id", known="known_at"),
    Table("pocs", "A proof of concept. `state`: draft, agreed, running, readout, ended, abandoned; `result` of an ended one: success, partial, failed.",
          {"id": TEXT, "deal_id": TEXT, "state": TEXT, "result": TEXT, "kickoff_on": DAY, "planned_ends_on": DAY, "ended_on": DAY, "known_at": MOMENT}, parent="deals", key="deal_id", known="known_at"),
    Table("proposals", "A proposal. `state`: draft, sent, viewed, accepted, declined, changes, expired, withdrawn.",
          {"id": TEXT, "deal_id": TEXT, "state": TEXT, "sent_at": MOMENT, "answered_at": MOMENT, "known_at": MOMENT}, parent="deals", key="deal_id", known="known_at"),
    Table("leads", "Every lead as it is now. `band`: hot, warm, cold, unqualified; `playbook`: the number of the version in force when it came in (the first, where it is older than that).",
          {"id": TEXT, **SIGHT, **PLACE, "account_id": TEXT, "source": TEXT, "band": TEXT, "playbook": TEXT, "status": TEXT, "score": WHOLE, "hand_raise": YES, "captured_at": MOMENT, "last_touch_at": MOMENT}, noun="lead", known="captured_at"),
    Table("lead_statuses", "A lead became `now`: New, Qualified, Converted, Disqualified, Recycled.", {"id": TEXT, "lead_id": TEXT, "was": TEXT, "now": TEXT, "code": TEXT, "known_at": MOMENT},
          parent="leads", key="lead_id", known="known_at"),
    Table("activities", "An act of a buyer or of ours that was not withdrawn and no machine's. `human`: a person of ours did or logged it; `by_id` which of our people. Sight and place are those of its lead, else of its account.",
          {"id": TEXT, **SIGHT, **PLACE, "lead_id": TEXT, "account_id": TEXT, "contact_id": TEXT, "kind": TEXT, "direction": TEXT, "human": YES, "by_id": TEXT, "happened_at": MOMENT, "known_at": MOMENT}, noun="lead", known="known_at"),
    Table("meetings", "A meeting that was booked: planned, held, no_show, cancelled. `host_id` whom of ours one meets, `place` where, '' by video. Sight and place are those of its deal, else its lead, else its account; so it is of mails and enrolments.",
          {"id": TEXT, **SIGHT, **PLACE, "account_id": TEXT, "host_id": TEXT, "kind": TEXT, "state": TEXT, "starts_at": MOMENT, "ends_at": MOMENT, "place": TEXT, "known_at": MOMENT}, noun="task", known="known_at"),
    Table("mails", "A mail of ours that left. `kind`: sequence, campaign, by_hand; `state`: queued, sent (the other side took it), bounced, refused, unknown; `followed`: a person, no machine, followed a link of it.",
          {"id": TEXT, **SIGHT, **PLACE, "lead_id": TEXT, "account_id": TEXT, "by_id": TEXT, "kind": TEXT, "state": TEXT, "linked": YES, "followed": YES, "sent_at": MOMENT, "answered_at": MOMENT, "known_at": MOMENT}, noun="lead", known="known_at"),
    Table("enrolments", "Somebody was put into a sequence or a campaign (`kind`); `ended_for`: why it ended.",
          {"id": TEXT, **SIGHT, **PLACE, "lead_id": TEXT, "account_id": TEXT, "sender_id": TEXT, "kind": TEXT, "state": TEXT, "ended_for": TEXT, "ended_at": MOMENT, "known_at": MOMENT}, noun="lead", known="known_at"),
    Table("accounts", "An organisation that is open; `is_unit`: what buys.",
          {"id": TEXT, **SIGHT, **PLACE, "parent_id": TEXT, "is_unit": YES, "level": TEXT, "org_type": TEXT, "state": TEXT, "beds": WHOLE, "fit_grade": TEXT, "created_at": MOMENT}, noun="account", known="created_at"),
    Table("tasks", "Something to do. `clock`: the promise it is (routing/sla.yaml), '' = none.",
          {"id": TEXT, **SIGHT, **PLACE, "kind": TEXT, "clock": TEXT, "rank": WHOLE, "lead_id": TEXT, "account_id": TEXT, "deal_id": TEXT, "started_at": MOMENT, "due_at": MOMENT, "done_at": MOMENT, "dropped_at": MOMENT, "escalated_at": MOMENT, "known_at": MOMENT}, noun="task", known="known_at"),
    Table("customers", "An account that bought. `phase`: implementing, live, churned.",
          {"id": TEXT, **SIGHT, **PLACE, "account_id": TEXT, "since": DAY, "phase": TEXT, "arr_cents": WHOLE, "health": WHOLE, "health_band": TEXT, "nps": REAL, "churned_on": DAY, "renews_on": DAY, "licensed_users": WHOLE}, noun="customer"),
    Table("terms", "A time for which a customer has bought. `outcome`: '' (running), renewed, churned, ended.",
          {"id": TEXT, "customer_id": TEXT, "deal_id": TEXT, "starts_on": DAY, "ends_on": DAY, "arr_cents": WHOLE, "outcome": TEXT, "decided_on": DAY}, parent="customers", key="customer_id"),
    Table("implementations", "A project that makes a customer live.",
          {"id": TEXT, "customer_id": TEXT, "kickoff_on": DAY, "signed_on": DAY, "planned_to": DAY, "ends_on": DAY, "first_value_on": DAY, "live_on": DAY, "completed_at": MOMENT, "stopped_at": MOMENT, "known_at": MOMENT},
          parent="customers", key="customer_id", known="known_at"),
    Table("project_steps", "A step of a project: data_integration, validation, go_live …", {"id": TEXT, "customer_id": TEXT, "implementation_id": TEXT, "step": TEXT, "starts_on": DAY, "ends_on": DAY, "planned_to": DAY, "done_on": DAY},
          parent="customers", key="customer_id"),
    Table("survey_answers", "What somebody said: `kind` nps (0 to 10) or post_sale (1 to 5).", {"id": TEXT, "customer_id": TEXT, "survey_id": TEXT, "kind": TEXT, "score": WHOLE, "most": WHOLE, "answered_on": DAY},
          parent="customers", key="customer_id"),
    Table("readings", "A reading of a success metric that was not withdrawn: `part` of `whole` (people who used it, of those with a licence; minutes up, of minutes).",
          {"id": TEXT, "customer_id": TEXT, "metric": TEXT, "as_of": DAY, "part": WHOLE, "whole": WHOLE, "known_at": MOMENT}, parent="customers", key="customer_id", known="known_at"),
    Table("outcomes", "A clinical outcome of a group, before and now; `better`: more or less.",
          {"id": TEXT, "customer_id": TEXT, "metric": TEXT, "better": TEXT, "baseline": REAL, "current": REAL, "people": WHOLE, "ends_on": DAY, "known_at": MOMENT}, parent="customers", key="customer_id", known="known_at"),
    Table("issues", "Something that troubles a customer: critical, major, minor.", {"id": TEXT, "customer_id": TEXT, "severity": TEXT, "known_at": MOMENT, "resolved_at": MOMENT},
          parent="customers", key="customer_id", known="known_at"),
    Table("references", "Whether a customer speaks for us.", {"id": TEXT, "customer_id": TEXT, "willing": YES, "asked_on": DAY}, parent="customers", key="customer_id"),
    Table("check_results", "One automated control check in one run. `outcome`: pass, fail, unknown; `severity`: critical, high, medium, low.", {"id": TEXT, "run_id": TEXT, "check": TEXT, "outcome": TEXT, "severity": TEXT, "ran_at": MOMENT}, known="ran_at"),
    Table("quotas", "What somebody is to win in a time: `cents` of ARR from `starts_on` to `ends_on`, both inclusive.",
          {"id": TEXT, **SIGHT, "starts_on": DAY, "ends_on": DAY, "cents": WHOLE, "known_at": MOMENT}, noun="opportunity", known="known_at"),
    Table("quotes", "A version of an offer on a deal; floors, costs and margins are not told.",
          {"id": TEXT, "deal_id": TEXT, "version": WHOLE, "state": TEXT, "model": TEXT, "payment": TEXT, "term_months": WHOLE, "list_cents": WHOLE, "annual_cents": WHOLE, "once_cents": WHOLE, "effective_bp": WHOLE, "expires_on": DAY, "known_at": MOMENT},
          parent="deals", key="deal_id", known="known_at"),
    Table("account_names", "What an open account is called.", {"id": TEXT, "name": TEXT}, parent="accounts", key="id"),
    Table("teams", "A team of ours; everybody sees these.", {"id": TEXT, "name": TEXT, "segment": TEXT}),
    Table("people", "One of our people, as a name for a rep's row; everybody sees these.", {"id": TEXT, "name": TEXT, "role": TEXT, "team_id": TEXT, "active": YES}),
)  # fmt: skip

BY_NAME = {table.name: table for table in TABLES}
