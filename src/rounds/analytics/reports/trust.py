"""Sections of the compliance report: what the checks found, what the audit trail tells, who has access, which agreements hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled, Named, Row, Table
from rounds.analytics.reports.pipeline import figures
from rounds.analytics.trust.standing import opened, sentence
from rounds.models import AuditEntry, Baa, CheckRun, Purge, Quarantine, SubjectRequest, User
from rounds.models.flow.days import house_day
from rounds.playbook.shapes.reports import ReportSection
from rounds.rules.agreements import standing

WORDS = {"pass": "Holds", "fail": "Fails", "unknown": "Not known"}
NEVER = "No check has run yet; the first runs in the night."


def _run(asked: Asked) -> CheckRun | None:
    return CheckRun.objects.filter(at__lte=asked.at).order_by("-at").first()


def _bounds(asked: Asked) -> tuple[datetime, datetime]:
    window = asked.window
    return window.start.replace(tzinfo=UTC), window.end.replace(tzinfo=UTC)


def checks(asked: Asked, said: ReportSection) -> Filled:
    """Whether the house is compliant today, first; then what fails, the worst first; then the rate."""
    whole, run = figures(asked, said), _run(asked)
    target = next((int(one.value or 0) for one in asked.book.targets.of("compliance_rate", asked.today)), 0)
    first = (f"{sentence(run, target)}.",)
    if run is None:
        return Filled((first, *whole.sentences), whole.figures)
    failing = opened(run)
    counts = (f"The checks of {house_day(run.at):%-d %b %Y}: ", (f"{run.passed} hold", "/trust/"), f", {run.failed} fail, {run.unknown} not known.")
    if not failing:
        return Filled((first, counts, *whole.sentences), whole.figures)
    table = Table(("Open", "Severity", "What was found"), tuple(Row((one["title"], one["severity"].capitalize(), Named(one["says"]))) for one in failing[: asked.length]),
                  max(len(failing) - asked.length, 0))  # fmt: skip
    return Filled((first, counts, *whole.sentences), whole.figures, (table,))


def _of_group(asked: Asked, *groups: str) -> tuple[Table, ...]:
    run = _run(asked)
    found = [one for one in run.results if one.get("group") in groups] if run else []
    return (Table(("Check", "Outcome", "What was found"), tuple(Row((one["title"], WORDS[one["outcome"]], Named(one["says"]))) for one in found)),) if found else ()


def audits(asked: Asked, said: ReportSection) -> Filled:
    """What the trail holds of the period, and what the checks of it and of encryption found."""
    start, end = _bounds(asked)
    rows = AuditEntry.objects.filter(at__gte=start, at__lt=end)
    total, refused = rows.count(), rows.filter(verb="access.denied").count()
    files = rows.filter(verb__endswith=".export").count()
    first = (f"The audit trail of {asked.period.title} holds ", (f"{total:,} entries", "/audit/"), f": {files:,} files taken out, {refused:,} refusals.")
    return Filled((first,) if _run(asked) else (first, (NEVER,)), tables=_of_group(asked, *_groups(asked, "audit", "encryption")))


def data_handling(asked: Asked, said: ReportSection) -> Filled:
    """What was let go by retention, what people in the data asked, what the checks of data found."""
    start, end = _bounds(asked)
    purges = Purge.objects.filter(at__gte=start, at__lt=end)
    rows, held = sum(one.rows for one in purges), sum(one.held for one in purges)
    asks = SubjectRequest.objects.filter(at__gte=start, at__lt=end).count()
    first = f"Retention let {rows:,} rows go and kept {held:,} on legal hold; {asks:,} {'request' if asks == 1 else 'requests'} of people in the data came in."
    return Filled(((first,),) if _run(asked) else ((first,), (NEVER,)), tables=_of_group(asked, *_groups(asked, "data", "readiness")))


def access(asked: Asked, said: ReportSection) -> Filled:
    """Who has access by role, and what was changed of it in the period."""
    people = User.objects.filter(is_active=True)
    roles = Counter(people.values_list("role", flat=True))
    start, end = _bounds(asked)
    changed = AuditEntry.objects.filter(at__gte=start, at__lt=end, verb__in=("user.add", "user.change", "user.leave", "user.reinstate", "roles.change")).count()
    idle = people.filter(seen_at__lt=asked.at - timedelta(days=asked.period.days)).count()
    first = (f"{sum(roles.values())} people have access; {idle} of them did not come in for {asked.period.days} days. ",
             (f"{changed} {'change' if changed == 1 else 'changes'} of people and roles", "/audit/"), f" in {asked.period.title}.")  # fmt: skip
    titles = {code: role.title for code, role in asked.book.access.roles.items()}
    table = Table(("Role", "People"), tuple(Row((titles.get(code, code), f"{many}")) for code, many in roles.most_common()))
    return Filled((first,), tables=(table, *_of_group(asked, *_groups(asked, "access"))))


def _groups(asked: Asked, *names: str) -> tuple[str, ...]:
    """The groups of the checks that begin with these words."""
    return tuple({one.group for one in asked.book.checks.checks.values() if any(name in one.group.casefold() for name in names)})


def agreements(asked: Asked, said: ReportSection) -> Filled:
    """Business associate agreements: how many hold, which come to their end or have come to it."""
    soon = asked.period.days * 2
    found = [(row, standing(row, asked.today, soon)) for row in Baa.objects.select_related("counterparty").order_by("expires_on", "id")]
    if not found:
        return Filled((("No business associate agreement is on the register.",),))
    hold = sum(how.holds for _, how in found)
    press = [(row, how) for row, how in found if how.word != "in_force" and row.counterparty.ended_at is None]
    first = (f"{hold} of {len(found)} ", ("agreements", "/trust/agreements/"), f" hold; {sum(how.word == 'ending' for _, how in found)} end within {soon} days.")
    table = Table(("With", "Version", "Stands", "Until"), tuple(
        Row((row.counterparty.name, row.version, how.word.replace("_", " ").capitalize(), f"{row.expires_on:%-d %b %Y}" if row.expires_on else "No end"))
        for row, how in press[: asked.length]), max(len(press) - asked.length, 0))  # fmt: skip
    return Filled((first,), tables=(table,) if press else ())


def incidents(asked: Asked, said: ReportSection) -> Filled:
    """What was stopped: texts held back as patient data, log-ins that failed, what was refused."""
    start, end = _bounds(asked)
    held = Quarantine.objects.filter(at__gte=start, at__lt=end)
    waits = held.filter(decided_at=None).count()
    failed = AuditEntry.objects.filter(at__gte=start, at__lt=end, verb="login.failed").count()
    if not held.count() and not failed:
        return Filled(((f"No text was held back as patient data and no log-in failed in {asked.period.title}.",),))
    return Filled(((f"{held.count():,} texts were held back as patient data in {asked.period.title}, ", (f"{waits:,} wait for a reviewer", "/trust/held/"),
                    f"; {failed:,} log-ins failed."),))  # fmt: skip
