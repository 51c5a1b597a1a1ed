"""The star: facts and dimensions as SQL over the tables of the metrics, for DuckDB (a folder) and PostgreSQL (views) alike.

It tells no text anybody wrote, no contact, no mail address and no field a role can be kept from: those columns are not
here. Money stands twice, as whole cents and in dollars; a moment stands in UTC, and beside it as the company's day, so that
a sum by day, month or quarter of dim_date is the number the house shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Star:
    """A table of the star: `sql` over the tables of the metrics, with `{zone}` where the company's zone stands."""

    name: str
    about: str
    sql: str = field(repr=False)
    reads: tuple[str, ...]


def day(column: str) -> str:
    """A moment in UTC as the company's day."""
    return f"CAST(timezone('{{zone}}', timezone('UTC', {column})) AS DATE)"


def dollars(column: str) -> str:
    return f"CAST({column} / 100.0 AS DECIMAL(18, 2))"


def one(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def listed(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns.split())


PLACE = "owner_id team_id territory segment tier"
OF_DEAL = f"""
       {listed("d", "owner_id team_id territory buying_unit_id segment tier account_id lead_id stage process kind")}, d.source AS campaign,
       d.outcome, {one("d.outcome = 'open'")} AS is_open, {one("d.outcome = 'won'")} AS is_won, {one("d.outcome = 'lost'")} AS is_lost,
       d.amount_cents, d.counted_cents, {dollars("d.amount_cents")} AS amount, {dollars("d.counted_cents")} AS counted, d.chance_bp,
       CAST(d.counted_cents * d.chance_bp / 10000.0 AS DECIMAL(24, 4)) AS weighted_cents, d.forecast_category, d.bant,
       {one("d.has_next_step")} AS has_next_step, d.next_step_due, d.term_months, d.close_on, {day("d.lead_at")} AS lead_on,
       {day("d.opened_at")} AS opened_on, {day("d.closed_at")} AS closed_on, {day("d.stage_since")} AS stage_since_on,
       {day("d.touched_at")} AS touched_on, d.opened_at, d.closed_at, d.lost_reason"""
DEAL_PLACE = listed("d", f"account_id {PLACE}")

KEYS_OF_ACCOUNTS = """SELECT account_id FROM deals UNION SELECT buying_unit_id FROM deals UNION SELECT account_id FROM leads
      UNION SELECT account_id FROM activities UNION SELECT buying_unit_id FROM accounts"""
KEYS_OF_PEOPLE = " UNION ".join(f"SELECT owner_id FROM {name}" for name in ("deals", "leads", "activities", "accounts", "quotas")) + " UNION SELECT by_id FROM activities"

STAR: tuple[Star, ...] = (
    Star("fact_deals", "A deal as it is now. Sum `counted`, not `amount`, of parents and children together; a renewal's or child's part is then counted once.",
         f"SELECT d.id AS deal_id, d.parent_id AS parent_deal_id, {OF_DEAL.strip()} FROM deals d", ("deals",)),
    Star("fact_snapshots", "How a deal stood from the end of `from_day` until the end of the day before `until_day` (empty: still). How the pipeline stood on a day: from_day <= day and (until_day is null or until_day > day).",
         f"SELECT d.id AS deal_id, d.day AS from_day, lead(d.day) OVER (PARTITION BY d.id ORDER BY d.day) AS until_day, {OF_DEAL.strip()} FROM snapshots d", ("snapshots",)),
    Star("fact_stage_moves", "A deal entered a stage.",
         f"SELECT m.id AS move_id, m.deal_id, m.was AS from_stage, m.now AS to_stage, m.process_was AS from_process, m.process_now AS to_process, m.way, {day('m.entered_at')} AS entered_on, {day('m.known_at')} AS known_on,"
         f" m.entered_at, m.amount_cents, {dollars('m.amount_cents')} AS amount, {DEAL_PLACE} FROM stage_changes m JOIN deals d ON d.id = m.deal_id", ("stage_changes", "deals")),
    Star("fact_activities", "An act of a buyer or of ours; machines and withdrawn ones are left out. `by_id`: which of our people did it.",
         f"SELECT a.id AS activity_id, a.account_id, a.lead_id, {listed('a', PLACE)}, a.by_id, a.kind, a.direction, {one('a.human')} AS is_human, {day('a.happened_at')} AS happened_on, {day('a.known_at')} AS known_on, a.happened_at FROM activities a", ("activities",)),
    Star("fact_leads", "A lead as it is now.",
         f"SELECT l.id AS lead_id, l.account_id, {listed('l', PLACE)}, l.source AS campaign, l.band, l.status, l.score, {one('l.hand_raise')} AS is_hand_raise, {day('l.captured_at')} AS captured_on, {day('l.last_touch_at')} AS last_touch_on FROM leads l", ("leads",)),
    Star("fact_quotes", "A version of an offer; a year's price, what is paid once, and the discount that results in basis points.",
         f"SELECT q.id AS quote_id, q.deal_id, {DEAL_PLACE}, q.version, q.state, q.model, q.payment, q.term_months, q.list_cents, {dollars('q.list_cents')} AS list_price, q.annual_cents, {dollars('q.annual_cents')} AS annual_price,"
         f" q.once_cents, {dollars('q.once_cents')} AS once_price, q.effective_bp, {day('q.known_at')} AS made_on, q.expires_on FROM quotes q JOIN deals d ON d.id = q.deal_id", ("quotes", "deals")),
    Star("fact_quotas", "What somebody is to win between two days.",
         f"SELECT q.id AS quota_id, q.owner_id, q.team_id, q.territory, q.starts_on, q.ends_on, q.cents AS quota_cents, {dollars('q.cents')} AS quota FROM quotas q", ("quotas",)),
    Star("bridge_deal_products", "Which products stand on the quotes of a deal.", "SELECT p.deal_id, p.product FROM deal_products p", ("deal_products",)),
    Star("dim_account", "An organisation that is open; what a fact names besides is listed without a name.",
         f"SELECT a.id AS account_id, coalesce(n.name, '') AS account, a.parent_id AS parent_account_id, a.buying_unit_id, a.is_unit, a.level, a.org_type, a.state, a.beds, a.fit_grade, {listed('a', PLACE)}, {day('a.created_at')} AS created_on"
         " FROM accounts a LEFT JOIN account_names n ON n.id = a.id UNION ALL"
         " SELECT k.account_id, CASE WHEN k.account_id = '' THEN 'No account' ELSE 'Not shown' END, '', '', NULL, '', '', '', NULL, '', '', '', '', '', NULL, NULL"
         f" FROM ({KEYS_OF_ACCOUNTS}) k WHERE k.account_id NOT IN (SELECT id FROM accounts)", ("accounts", "account_names", "deals", "leads", "activities")),
    Star("dim_owner", "One of our people, with their team.",
         "SELECT p.id AS owner_id, p.name AS owner, p.role, p.team_id, coalesce(t.name, '') AS team, p.active FROM people p LEFT JOIN teams t ON t.id = p.team_id UNION ALL"
         " SELECT k.owner_id, CASE WHEN k.owner_id = '' THEN 'Nobody' ELSE 'Not shown' END, '', '', '', false"
         f" FROM ({KEYS_OF_PEOPLE}) k WHERE k.owner_id NOT IN (SELECT id FROM people)", ("people", "teams", "deals", "leads", "activities", "accounts", "quotas")),
)  # fmt: skip

DAYS: dict[str, tuple[str, ...]] = {
    "fact_deals": ("close_on", "opened_on", "closed_on", "lead_on", "next_step_due"), "fact_snapshots": ("from_day", "close_on"), "fact_stage_moves": ("entered_on",),
    "fact_activities": ("happened_on",), "fact_leads": ("captured_on",), "fact_quotes": ("made_on", "expires_on"), "fact_quotas": ("starts_on", "ends_on"),
}  # fmt: skip
"""Fact → the days dim_date reaches over."""
