"""Pre-call briefs: one account's, or all of them in one batch (PLUS-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rounds.access import fields
from rounds.access.scope import visible
from rounds.analytics.market.committee import Committee, Person, committee
from rounds.analytics.market.facts import SOURCES, by_key, ranks_of, source_of, sources_for, standing_claim
from rounds.analytics.market.peers import Peer, Peers
from rounds.analytics.market.standing import Standing, standing
from rounds.analytics.market.why_now import short, why_now
from rounds.documents.brief import Brief, Figure, Margins, signed
from rounds.kit.scope import Scope
from rounds.models import Account, AccountFact
from rounds.rules.budget import BudgetWindow

MOST_HOSPITALS = 8


def brief_of(account: Account, scope: Scope, *, at: datetime, made_for: str, peers: Peers | None = None) -> Brief:
    """The brief of one account at `at`, seen through `scope`. About a dozen queries; `peers` is shared in a batch."""
    held = standing(account, at=at)
    book, unit = held.now.playbook, account.buying_unit or account
    people = committee(unit, book, scope)
    now = why_now(unit, book, scope, at=at)
    ranks = ranks_of(book)
    claims = {k: standing_claim(rows, ranks) for k, rows in by_key(AccountFact.objects.filter(account=account)).items()}
    near = (peers or Peers(book, scope)).of(account)
    margin = claims.get("total_margin")
    kids = visible(Account, scope).filter(parent_id=account.id, status="open", level="hospital").order_by("-beds", "name")
    below = list(kids[: MOST_HOSPITALS + 1])
    told = sources_for([row.id for row in below], ("total_margin", "beds"), book) if below else {}
    notes = [f"Largest {MOST_HOSPITALS} hospitals shown."] if len(below) > MOST_HOSPITALS else []
    return Brief(
        key=str(account.id), name=account.name, place=_place(account), why_now=now.says,
        why_source="; ".join(f"{r.title}: {r.means} ({r.source})" for r in now.reasons) + f"; heat {now.heat} in {now.heat_days} days",
        verdict=_verdict(account, held), figures=_figures(account, unit, claims, now.window),
        margins=Margins(account.total_margin, account.margin_trend, tuple(p.margin for p in near),
                        source_of(margin) if margin else "", _span(near)),
        committee=[(p.contact.name, _part(p)) for p in people.people[:6]], gaps=_gaps(people),
        questions=[(q.ask, f"+{q.gain}", ", ".join(f"{title} +{points}" for _, title, points in q.answers[:4]))
                   for q in fields.score(held.score, "lead_fit", book, scope.hidden).questions],
        hospitals=[_hospital(h, told.get(h.id, {})) for h in below[:MOST_HOSPITALS]], points=_points(claims), made_at=at, made_for=made_for,
        playbook=f"v{held.now.number}", scope=scope.hash, notes=notes,
    )  # fmt: skip


def briefs(scope: Scope, *, at: datetime, made_for: str, units_only: bool = True) -> Iterator[Brief]:
    """The briefs of all open buying units (or of all accounts) `scope` sees, largest first."""
    from rounds.models.flow.active import active

    rows = visible(Account, scope).filter(status="open").select_related("buying_unit", "owner")
    if units_only:
        rows = rows.filter(is_unit=True)
    shared = Peers(active().playbook, scope)
    for account in rows.order_by("-deal_potential_cents", "id").iterator(chunk_size=500):
        yield brief_of(account, scope, at=at, made_for=made_for, peers=shared)


def _place(account: Account) -> str:
    parts = [account.get_level_display(), ", ".join(p for p in (account.city, account.state) if p)]
    parts += [f"{account.hospitals:,} hospitals" if account.hospitals and account.hospitals > 1 else "",
              f"{account.territory} territory" if account.territory else "",
              f"owner {account.owner.name}" if account.owner else "no owner"]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _verdict(account: Account, held: Standing) -> list[Figure]:
    score, version = held.score, f"playbook v{held.now.number}"
    band = f"{(score.band or 'no band').capitalize()}{', provisional' if score.provisional else ''}"
    tier = f"Tier {account.tier}" if account.tier else "Not in program"
    return [
        Figure("Fit", score.fit.grade or "", f"{score.fit.known} of {score.fit.of} points known"),
        Figure("Score", f"{score.total} of 100", version, f"{band}; {score.low} to {score.high} once all is known"),
        Figure("Tier", tier, version, account.tier_stage),
    ]


def _figures(account: Account, unit: Account, claims: dict[str, AccountFact], window: BudgetWindow) -> list[Figure]:
    def from_claim(label: str, key: str, value: str, mark: str = "") -> Figure:
        claim = claims.get(key)
        sure = f"{int(claim.confidence * 100)} % sure" if claim and not claim.human and claim.confidence < 1 else ""
        return Figure(label, value, source_of(claim) if claim else "", mark or ("est." if claim and claim.estimated else sure))

    stars = claims.get("stars")
    facts = [
        from_claim("Beds", "beds", f"{account.beds:,}" if account.beds else ""),
        from_claim("EHR", "ehr_vendor", account.ehr_vendor),
        from_claim("Patient revenue", "net_patient_revenue_usd", _money(account.net_patient_revenue_cents)),
        from_claim("Deal potential", "deal_potential_usd", _money(account.deal_potential_cents), "est. a year"
                   if not (claims.get("deal_potential_usd") and claims["deal_potential_usd"].human) else "a year"),
        from_claim("Stars", "stars", f"{stars.value} of 5" if stars else ""),
        Figure("Budget window", f"{short(window.opens)} – {short(window.closes)}" if window.opens and window.closes else "",
               f"year-end {short(window.year_end)}" if window.year_end else "",
               {"open": "open now", "soon": f"in {window.days_to_open} days"}.get(window.state, "")),
    ]  # fmt: skip
    if account.id != unit.id:
        facts.insert(0, Figure("Buys with", unit.name, SOURCES["linkage"], f"{unit.beds:,} beds" if unit.beds else ""))
    return facts


def _money(cents: int | None) -> str:
    if cents is None:
        return ""
    dollars = cents / 100
    for floor, word in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(dollars) >= floor:
            return f"${dollars / floor:,.1f}".removesuffix(".0") + word
    return f"${dollars:,.0f}"


def _span(near: list[Peer]) -> str:
    """ " of 320 to 410 beds"."""
    sizes = [peer.beds for peer in near]
    return f" of {min(sizes):,} to {max(sizes):,} beds" if sizes else ""


def _part(person: Person) -> str:
    stance = f", {person.stance}" if person.stance else ""
    return f"{person.contact.title or person.role}{stance}"


def _gaps(people: Committee) -> str:
    empty = [f"nobody in {group.name}: likely {', '.join(group.open_roles[:2])}" for group in people.empty]
    return "; ".join([*people.warnings, *empty])


def _points(claims: dict[str, AccountFact]) -> list[str]:
    said = []
    breaches = claims.get("breaches")
    if breaches and isinstance(breaches.value, list) and breaches.value:
        last = breaches.value[0]
        year = str(last.get("day", last.get("on", "")))[:4] if isinstance(last, dict) else ""
        counted = "1 breach" if len(breaches.value) == 1 else f"{len(breaches.value)} breaches"
        said.append(f"{counted} on the HHS list{f', the last in {year}' if year else ''}: security will ask")
    if claims.get("major_teaching") and claims["major_teaching"].value:
        said.append("Major teaching hospital: research and teaching needs count")
    return said


def _hospital(row: Account, claims: dict[str, AccountFact]) -> tuple[str, str, str]:
    says = [f"{row.beds:,} beds" if row.beds else "beds unknown", row.ehr_vendor or "EHR unknown",
            f"margin {signed(row.total_margin)}" if row.total_margin is not None else "margin unknown"]  # fmt: skip
    claim = claims.get("total_margin") or claims.get("beds")
    place = ", ".join(p for p in (row.city, row.state) if p)
    return row.name, ", ".join(says), " · ".join(p for p in (place, source_of(claim) if claim else "") if p)
