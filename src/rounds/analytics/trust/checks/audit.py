"""The audit trail: counted again, sealed to its end, anchored outside, and out of reach of those it watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.analytics.trust.checks.finding import Finding, Look, ask, failed, passed, unknown

RUN_TIME = ("rounds_web", "rounds_worker")


def _chain(look: Look, chain: str) -> Finding:
    found = look.chains.get(chain)
    if not found:
        return unknown(f"Nobody has counted the {chain} chain again.", "/audit/", "Open the audit")
    said = {key: found[key] for key in ("links", "broken_at", "unsealed") if key in found}
    if not found["holds"]:
        fault = (found.get("fault") or {}).get("says") or f"It breaks at link {found['broken_at']:,}."
        return failed(f"The {chain} chain does not verify. {fault}", "/audit/", "Open the audit", **said)
    return passed(f"All {found['links']:,} links hold.", **said)


def writes(look: Look) -> Finding:
    """The chain of deeds holds, link by link."""
    return _chain(look, "write")


def reads(look: Look) -> Finding:
    """The chain of reads holds, link by link."""
    return _chain(look, "read")


def tail(look: Look) -> Finding:
    """No entry waits for its seal longer than it may: somebody must be sealing."""
    limit = look.playbook.checks.limits.unsealed_older_than.span
    waiting = ask(
        "SELECT count(*), min(e.at) FROM rounds_auditentry e WHERE e.at < %s AND e.at > %s"
        " AND NOT EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id AND s.entry_at = e.at)", look.at - limit, look.at - timedelta(days=31)
    )[0]  # fmt: skip
    if waiting[0]:
        return failed(f"{waiting[0]:,} entries wait for their seal since {waiting[1]:%d %b, %H:%M} UTC. Is a worker running?",
                      "/audit/", "Open the audit", waiting=waiting[0])  # fmt: skip
    return passed("Every entry is sealed.", waiting=0)


def anchor(look: Look) -> Finding:
    """The head of the chain was signed and written outside the database lately."""
    rows = ask("SELECT chain, max(at), max(seq) FROM rounds_auditanchor GROUP BY chain ORDER BY chain")
    if not rows:
        return unknown("The head of the chain was never written outside the database.", "/audit/", "Open the audit")
    oldest: datetime = min(row[1] for row in rows)
    limit = look.playbook.checks.limits.anchor_older_than.span
    said = {row[0]: {"at": row[1].isoformat(), "seq": row[2]} for row in rows}
    if look.at - oldest > limit:
        return failed(f"The last anchor outside the database is of {oldest:%d %b, %H:%M} UTC. Is a worker running?",
                      "/audit/", "Open the audit", **said)  # fmt: skip
    return passed(f"The head was signed and written outside at {oldest:%H:%M} UTC.", **said)


def roles(look: Look) -> Finding:
    """The roles of the web server and the worker own nothing and may not change evidence."""
    owned = ask("SELECT count(*) FROM pg_class WHERE relowner IN (SELECT oid FROM pg_roles WHERE rolname = ANY(%s))", list(RUN_TIME))
    tables = [row[0] for row in ask("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname = ANY(%s)", EVIDENCE)]
    open_ = ask(
        "SELECT r, t, p FROM unnest(%s::text[]) r, unnest(%s::text[]) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p"
        " WHERE has_table_privilege(r, t, p)", list(RUN_TIME), tables)  # fmt: skip
    mighty = ask("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)", list(RUN_TIME))
    said = {"owned": owned[0][0], "tables": len(tables), "may_change": [list(row) for row in open_][:10]}
    if owned[0][0] or open_ or mighty:
        what = f"{open_[0][0]} may {open_[0][2].lower()} {open_[0][1]}" if open_ else "a run-time role owns tables or passes row security"
        return failed(f"Evidence can be changed at run time: {what}. Run rounds migrate as the owner.", **said)
    return passed(f"Web and worker own nothing and change none of {len(tables)} tables of evidence.", **said)


EVIDENCE = ["rounds_auditentry", "rounds_auditseal", "rounds_auditgap", "rounds_event", "rounds_purge", "rounds_checkrun",
            "rounds_auditanchor", "rounds_disclosure", "rounds_accounthistory", "rounds_contacthistory",
            "rounds_leadhistory", "rounds_scorerecord", "rounds_release", "rounds_playbookversion"]  # fmt: skip
"""Tables that only ever grow at run time."""

CHECKS = {"audit_chain": writes, "audit_reads": reads, "audit_tail": tail, "audit_anchor": anchor, "evidence_roles": roles}
