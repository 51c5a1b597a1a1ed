"""Whether what came in is what the source said: counts and sums of the file beside those of the records it became (PLUS-23)."""

from __future__ import annotations

from typing import Any

from django.db import connection

from rounds.actions.flow.imports.work import Work

IN_FILE = {
    "lead": """
        SELECT 'Leads that are ' || (said ->> 'status'), count(*) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict IN ('new', 'update', 'same') AND said ? 'status' GROUP BY 1
        UNION ALL
        SELECT 'Days from created to converted, summed', sum(round(extract(epoch FROM (said ->> 'converted_at')::timestamptz
               - (said ->> 'captured_at')::timestamptz) / 86400)) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict = 'new' AND said ->> 'status' = 'Converted' AND said ? 'converted_at' AND said ? 'captured_at'
        HAVING count(*) > 0""",
    "status": """
        SELECT 'Changes to ' || (said ->> 'now'), count(*) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict IN ('new', 'same') GROUP BY 1""",
    "deal": """
        SELECT 'Deals in ' || coalesce(said ->> 'stage', 'O1'), count(*) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict IN ('new', 'update', 'same') GROUP BY 1
        UNION ALL
        SELECT 'Amount in cents, ' || coalesce(said ->> 'stage', 'O1'), sum((said ->> 'amount_cents')::bigint) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict IN ('new', 'update', 'same') AND said ? 'amount_cents' GROUP BY 1""",
    "stage": """
        SELECT 'Entries into ' || (said ->> 'now'), count(*) FROM rounds_importrow
         WHERE of_id = %(of)s AND verdict IN ('new', 'same') GROUP BY 1""",
}
HERE = {
    "lead": """
        SELECT 'Leads that are ' || l.status, count(*) FROM rounds_importrow r JOIN rounds_lead l ON l.id = coalesce(r.made, r.target)
         WHERE r.of_id = %(of)s AND r.verdict IN ('new', 'update', 'same') GROUP BY 1
        UNION ALL
        SELECT 'Days from created to converted, summed', sum(round(extract(epoch FROM s.at - l.captured_at) / 86400))
          FROM rounds_importrow r JOIN rounds_lead l ON l.id = r.made JOIN rounds_leadstatuschange s ON s.lead_id = l.id AND s.now = 'Converted'
         WHERE r.of_id = %(of)s HAVING count(*) > 0""",
    "status": """
        SELECT 'Changes to ' || s.now, count(*) FROM rounds_leadstatuschange s
         WHERE s.lead_id IN (SELECT lead_id FROM rounds_importrow WHERE of_id = %(of)s) AND s.by_kind = 'import' GROUP BY 1""",
    "deal": """
        SELECT 'Deals in ' || o.stage, count(*) FROM rounds_importrow r JOIN rounds_opportunity o ON o.id = coalesce(r.made, r.target)
         WHERE r.of_id = %(of)s AND r.verdict IN ('new', 'update', 'same') GROUP BY 1
        UNION ALL
        SELECT 'Amount in cents, ' || o.stage, sum(o.amount_cents) FROM rounds_importrow r JOIN rounds_opportunity o ON o.id = coalesce(r.made, r.target)
         WHERE r.of_id = %(of)s AND r.verdict IN ('new', 'update', 'same') GROUP BY 1""",
    "stage": """
        SELECT 'Entries into ' || s.now, count(*) FROM rounds_stageentry s
         WHERE s.opportunity_id IN (SELECT opportunity_id FROM rounds_importrow WHERE of_id = %(of)s) AND s.cause = 'import' AND s.way <> 'imported' GROUP BY 1""",
}
"""Noun → what is counted and summed, in the file as it was understood and in the records."""


def in_file(work: Work) -> dict[str, int]:
    """The figures of a checked file: asked before it is written, because its words go with the writing."""
    return _asked(IN_FILE.get(work.noun.code, ""), work)


def beside(work: Work, file: dict[str, int]) -> list[dict[str, Any]]:
    """Each figure of the file beside the same one here."""
    here = _asked(HERE.get(work.noun.code, ""), work)
    return [{"what": what, "file": n, "here": here.get(what, 0), "same": here.get(what, 0) == n} for what, n in sorted(file.items())]


def _asked(sql: str, work: Work) -> dict[str, int]:
    if not sql:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {"of": work.of.id})
        return {what: int(n) for what, n in cursor.fetchall() if what is not None and n is not None}
