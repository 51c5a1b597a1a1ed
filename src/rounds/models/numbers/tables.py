"""The tables of the metrics as SQL over the records: name → a SELECT of the columns of analytics/metrics/tables.py.

`{seen:alias}` is where the sight of whoever asks comes in (`{seen:d}` narrows the rows of alias d); moments keep their zone
and ids their type here, the reader makes them alike. GIVEN names the parameters a SELECT takes before those of sight.
"""

from __future__ import annotations

PLACE = "coalesce(nullif({a}.segment, ''), {u}.segment, '') AS segment, coalesce({u}.tier, {a}.tier) AS tier"
PLACED = PLACE.format(a="a", u="u")
ABOUT = """LEFT JOIN rounds_opportunity od ON od.id = x.opportunity_id LEFT JOIN rounds_lead ol ON ol.id = x.lead_id AND x.opportunity_id IS NULL
LEFT JOIN rounds_account oa ON oa.id = x.account_id AND x.opportunity_id IS NULL AND x.lead_id IS NULL
LEFT JOIN rounds_account a ON a.id = coalesce(x.account_id, od.account_id, ol.account_id)
LEFT JOIN rounds_account u ON u.id = coalesce(od.buying_unit_id, ol.buying_unit_id, a.buying_unit_id)"""
ABOUT_SIGHT = f"""coalesce(od.owner_id, ol.owner_id, oa.owner_id) AS owner_id, coalesce(od.team_id, ol.team_id, oa.team_id) AS team_id,
       coalesce(od.territory, ol.territory, oa.territory, '') AS territory, coalesce(od.buying_unit_id, ol.buying_unit_id, oa.buying_unit_id) AS buying_unit_id,
       {PLACED}, a.id AS account_id"""
"""Of what is about a deal, else a lead, else an account: sight is that of the one row it is about (access/scope.py)."""
UNIT = "LEFT JOIN rounds_account a ON a.id = {row}.account_id LEFT JOIN rounds_account u ON u.id = {row}.buying_unit_id"

DEALS = f"""
SELECT d.id, d.owner_id, d.team_id, d.territory, d.buying_unit_id, {PLACED}, d.account_id, d.lead_id, d.parent_id, d.kind,
       d.source, d.stage, d.process,
       CASE WHEN d.closed_at IS NULL THEN 'open' WHEN d.stage = said.won THEN 'won' ELSE 'lost' END AS outcome,
       d.amount_company_cents AS amount_cents,
       CASE WHEN below.cents IS NULL THEN d.amount_company_cents
            ELSE greatest(0, coalesce(d.amount_company_cents, 0) - below.cents) END AS counted_cents,
       (said.chances ->> d.stage)::int AS chance_bp, d.close_on, d.forecast_category, d.next_step_due,
       d.next_step <> '' AS has_next_step, coalesce(l.bant, 'unknown') AS bant, d.term_months, l.captured_at AS lead_at,
       d.opened_at, d.closed_at, d.stage_since, d.process_since, d.touched_at, d.lost_reason
FROM rounds_opportunity d
CROSS JOIN (SELECT %s::text AS won, %s::text AS lost, %s::jsonb AS chances) said
{UNIT.format(row="d")} LEFT JOIN rounds_lead l ON l.id = d.lead_id
LEFT JOIN (SELECT c.parent_id, sum(coalesce(c.amount_company_cents, 0)) AS cents FROM rounds_opportunity c, (SELECT %s::text AS lost) said
           WHERE c.parent_id IS NOT NULL AND c.stage <> said.lost GROUP BY 1) below ON below.parent_id = d.id
WHERE {{seen:d}}"""

TABLES: dict[str, str] = {
    "deals": DEALS,
    "snapshots": """
SELECT s.opportunity_id AS id, s.day, s.owner_id, s.team_id, s.territory, s.buying_unit_id, s.segment, s.tier, s.account_id, s.lead_id,
       s.parent_id, s.kind, s.source, s.stage, s.process, s.outcome, s.amount_cents, s.counted_cents, s.chance_bp, s.close_on,
       s.forecast_category, s.next_step_due, s.has_next_step, s.bant, s.term_months, s.lead_at, s.opened_at, s.closed_at, s.stage_since,
       s.process_since, s.touched_at, s.lost_reason
FROM rounds_dealsnapshot s WHERE {seen:s}""",
    "deal_products": "SELECT DISTINCT q.opportunity_id AS deal_id, q.product FROM rounds_quoteline q WHERE {seen:q}",
    "stage_changes": """
SELECT e.id, e.opportunity_id AS deal_id, e.was, e.now, e.process_was, e.process_now, e.way, e.entered_at, e.at AS known_at, e.amount_cents
FROM rounds_stageentry e WHERE {seen:e}""",
    "deal_competitors": """
SELECT c.opportunity_id AS deal_id, c.competitor_id AS competitor, c.status, c.won, c.at AS known_at FROM rounds_opportunitycompetitor c WHERE {seen:c}""",
    "deal_people": """
SELECT p.opportunity_id AS deal_id, p.contact_id, p.stance, p.at AS known_at, p.ended_at FROM rounds_dealcontact p WHERE {seen:p}""",
    "demos": """
SELECT d.id, d.opportunity_id AS deal_id, d.kind, d.state, d.starts_at, d.minutes, d.held_at, d.presenter_id, d.place, d.at AS known_at FROM rounds_demo d WHERE {seen:d}""",
    "pocs": """
SELECT p.id, p.opportunity_id AS deal_id, p.state, p.result, p.kickoff_on, p.planned_ends_on, p.ended_on, p.at AS known_at FROM rounds_poc p WHERE {seen:p}""",
    "proposals": """
SELECT p.id, p.opportunity_id AS deal_id, p.state, p.sent_at, p.answered_at, p.at AS known_at FROM rounds_proposal p WHERE {seen:p}""",
    "leads": f"""
SELECT l.id, l.owner_id, l.team_id, l.territory, l.buying_unit_id, coalesce(nullif(l.segment, ''), a.segment, '') AS segment,
       coalesce(u.tier, a.tier) AS tier, l.account_id, l.source, l.driving_band AS band,
       coalesce((SELECT max(v.number) FROM rounds_playbookversion v WHERE v.at <= l.captured_at),
                (SELECT min(v.number) FROM rounds_playbookversion v), 0)::text AS playbook, l.status, l.score_total AS score, l.hand_raise,
       l.captured_at, l.last_touch_at
FROM rounds_lead l {UNIT.format(row="l")} WHERE l.merged_into_id IS NULL AND {{seen:l}}""",
    "lead_statuses": """
SELECT s.id, s.lead_id, s.was, s.now, s.code, s.at AS known_at FROM rounds_leadstatuschange s WHERE {seen:s}""",
    "activities": f"""
SELECT x.id, coalesce(l.owner_id, a.owner_id) AS owner_id, coalesce(l.team_id, a.team_id) AS team_id,
       coalesce(l.territory, a.territory, '') AS territory, coalesce(l.buying_unit_id, a.buying_unit_id) AS buying_unit_id,
       {PLACED}, x.lead_id, a.id AS account_id, x.contact_id, x.kind, x.direction,
       x.by_kind IN ('user', 'integration') AS human,
       CASE WHEN x.by_kind = 'user' THEN x.by_id END AS by_id, x.happened_at, x.at AS known_at
FROM rounds_leadactivity x LEFT JOIN rounds_lead l ON l.id = x.lead_id
LEFT JOIN rounds_account a ON a.id = coalesce(x.account_id, l.account_id)
LEFT JOIN rounds_account u ON u.id = coalesce(l.buying_unit_id, a.buying_unit_id)
WHERE x.withdrawn_at IS NULL AND x.machine = '' AND {{seen:x}}""",
    "meetings": f"""
SELECT x.id, {ABOUT_SIGHT}, x.host_id, x.kind, x.state, x.starts_at, x.ends_at, CASE WHEN x.platform = '' THEN btrim(x.place) ELSE '' END AS place, x.at AS known_at
FROM rounds_meeting x {ABOUT} WHERE {{seen:x}}""",
    "mails": f"""
SELECT x.id, {ABOUT_SIGHT}, x.lead_id, x.user_id AS by_id,
       CASE WHEN e.campaign_id IS NOT NULL THEN 'campaign' WHEN x.enrolment_id IS NOT NULL THEN 'sequence' ELSE 'by_hand' END AS kind, x.state,
       EXISTS (SELECT 1 FROM rounds_messagelink k WHERE k.message_id = x.id AND k.number > 0) AS linked,
       EXISTS (SELECT 1 FROM rounds_messagehit h WHERE h.message_id = x.id AND h.number > 0 AND h.machine = '') AS followed,
       coalesce(x.sent_at, x.at) AS sent_at, x.answered_at, x.at AS known_at
FROM rounds_message x LEFT JOIN rounds_enrolment e ON e.id = x.enrolment_id {ABOUT}
WHERE x.direction = 'out' AND x.state IN ('queued', 'sent', 'bounced', 'refused', 'unknown') AND {{seen:x}}""",
    "enrolments": f"""
SELECT x.id, {ABOUT_SIGHT}, x.lead_id, x.sender_id, CASE WHEN x.campaign_id IS NULL THEN 'sequence' ELSE 'campaign' END AS kind, x.state, x.ended_for,
       x.ended_at, x.at AS known_at
FROM rounds_enrolment x {ABOUT} WHERE {{seen:x}}""",
    "accounts": f"""
SELECT a.id, a.owner_id, a.team_id, a.territory, a.buying_unit_id, {PLACED}, a.parent_id, a.is_unit, a.level, a.org_type, a.state, a.beds,
       a.fit_grade, a.created_at
FROM rounds_account a LEFT JOIN rounds_account u ON u.id = a.buying_unit_id WHERE a.status = 'open' AND a.merged_into_id IS NULL AND {{seen:a}}""",
    "tasks": f"""
SELECT t.id, t.owner_id, t.team_id, t.territory, t.buying_unit_id, {PLACED}, t.kind, t.clock, t.rank, t.lead_id, t.account_id,
       t.opportunity_id AS deal_id, t.started_at, t.due_at, t.done_at, t.dropped_at, t.escalated_at, t.at AS known_at
FROM rounds_task t {UNIT.format(row="t")} WHERE {{seen:t}}""",
    "customers": f"""
SELECT c.id, c.owner_id, c.team_id, c.territory, c.buying_unit_id, {PLACED}, c.account_id, c.since, c.phase, c.arr_cents, c.health,
       c.health_band, c.nps, c.churned_on, c.renews_on, c.licensed_users
FROM rounds_customer c {UNIT.format(row="c")} WHERE {{seen:c}}""",
    "terms": """
SELECT t.id, t.customer_id, t.opportunity_id AS deal_id, t.starts_on, t.ends_on, t.arr_cents, t.outcome, t.decided_on FROM rounds_term t WHERE {seen:t}""",
    "implementations": """
SELECT i.id, i.customer_id, i.kickoff_on, i.signed_on, i.planned_to, i.ends_on, i.first_value_on, i.live_on, i.completed_at, i.stopped_at,
       i.at AS known_at
FROM rounds_implementation i WHERE i.merged_into_id IS NULL AND {seen:i}""",
    "project_steps": """
SELECT s.id, s.customer_id, s.implementation_id, s.code AS step, s.starts_on, s.ends_on, s.planned_to, s.done_on FROM rounds_projectstep s WHERE {seen:s}""",
    "survey_answers": """
SELECT s.id, s.customer_id, s.survey_id, r.kind, s.score, r.most, s.answered_on FROM rounds_surveyanswer s JOIN rounds_survey r ON r.id = s.survey_id
WHERE {seen:s}""",
    "readings": """
SELECT r.id, r.customer_id, r.metric, r.as_of,
       CASE r.metric WHEN 'user_adoption' THEN (r.parts ->> 'active_users')::bigint
                     WHEN 'uptime' THEN (r.parts ->> 'period_minutes')::bigint - coalesce((r.parts ->> 'maintenance_minutes')::bigint, 0)
                                        - (r.parts ->> 'downtime_minutes')::bigint END AS part,
       CASE r.metric WHEN 'user_adoption' THEN (r.parts ->> 'licensed_users')::bigint
                     WHEN 'uptime' THEN (r.parts ->> 'period_minutes')::bigint - coalesce((r.parts ->> 'maintenance_minutes')::bigint, 0) END AS whole,
       r.at AS known_at
FROM rounds_successreading r WHERE r.withdrawn_at IS NULL AND {seen:r}""",
    "outcomes": """
SELECT o.id, o.customer_id, o.metric, said.better ->> o.metric AS better, o.baseline::float8 AS baseline, o.current::float8 AS current, o.people,
       o.ends_on, o.at AS known_at
FROM rounds_outcomerecord o CROSS JOIN (SELECT %s::jsonb AS better) said WHERE o.withdrawn_at IS NULL AND {seen:o}""",
    "issues": """
SELECT i.id, i.customer_id, i.severity, i.at AS known_at, i.resolved_at FROM rounds_customerissue i WHERE {seen:i}""",
    "references": """
SELECT r.id, r.customer_id, r.willing, r.asked_on FROM rounds_reference r WHERE {seen:r}""",
    "check_results": """
SELECT md5(r.id::text || (one ->> 'check')) AS id, r.id AS run_id, one ->> 'check' AS "check", one ->> 'outcome' AS outcome,
       one ->> 'severity' AS severity, r.at AS ran_at
FROM rounds_checkrun r CROSS JOIN LATERAL jsonb_array_elements(r.results) one WHERE {seen:r}""",
    "quotas": """
SELECT q.id, q.owner_id, q.team_id, q.territory, q.buying_unit_id, q.starts_on, q.ends_on, q.cents, q.at AS known_at FROM rounds_quota q
WHERE q.ended_at IS NULL AND {seen:q}""",
    "quotes": """
SELECT q.id, q.opportunity_id AS deal_id, q.version, q.state, q.model, q.payment, q.term_months, q.list_cents, q.annual_cents, q.once_cents,
       q.effective_bp, q.expires_on, q.at AS known_at FROM rounds_quote q WHERE {seen:q}""",
    "account_names": """
SELECT a.id, a.name FROM rounds_account a WHERE a.status = 'open' AND a.merged_into_id IS NULL AND {seen:a}""",
    "teams": "SELECT t.id, t.name, t.segment FROM rounds_team t WHERE {seen:t}",
    "people": "SELECT p.id, p.name, p.role, p.team_id, p.is_active AS active FROM rounds_user p WHERE {seen:p}",
}

GIVEN = {"deals": ("won", "lost", "chances", "lost"), "outcomes": ("better",)}
"""Table → its parameters in order: the stages that end a deal, {stage: chance in basis points} and {outcome: more | less} as JSON."""
