"""Data: kept no longer than it may be, taken out with a reason, looked at when it was held back, answered in time."""

from __future__ import annotations

from datetime import timedelta

from rounds.analytics.trust.checks.finding import Finding, Look, failed, passed, unknown
from rounds.models import AuditEntry, Batch, Quarantine, SubjectRequest
from rounds.models.flow.days import house_day

RETENTION = ("/trust/retention/", "Open retention")
LOOK_BACK = timedelta(days=90)
"""How far back exports are looked through."""


def retention_ran(look: Look) -> Finding:
    """A run of retention finished lately."""
    limit = look.playbook.checks.limits.ran_within
    last = Batch.objects.filter(kind="retention", stop_asked_at=None).exclude(finished_at=None).order_by("-finished_at").first()
    if last is None:
        return unknown("Retention has never run to its end here.", *RETENTION)
    hours = int((look.at - last.finished_at).total_seconds() // 3600)
    said = {"run": str(last.id), "finished": last.finished_at.isoformat(), "gone": last.detail.get("gone", 0)}
    if look.at - last.finished_at > limit.span:
        return failed(f"Retention ran {hours} hours ago; it is to run within {limit.hours}. Is a worker running?", *RETENTION, **said)
    return passed(f"Retention ran {hours} hours ago and let go of {said['gone']:,} rows.", **said)


def retention_overdue(look: Look) -> Finding:
    """Nothing that is free to go has waited longer than two nights."""
    if not look.due:
        return unknown("Nobody has counted what is due.", *RETENTION)
    late = {code: one for code, one in look.due.items() if one["due"] and one["overdue"]}
    held = sum(one["held"] for one in look.due.values())
    if late:
        code = max(late, key=lambda name: late[name]["due"])
        return failed(f"{sum(one['due'] for one in late.values()):,} rows are kept too long, most of them {code.replace('_', ' ')}.",
                      *RETENTION, late=late)  # fmt: skip
    return passed(f"Nothing is kept too long; {held:,} rows are held back by legal holds.", held=held)


def data_sharing(look: Look) -> Finding:
    """Every file above the threshold that left in ninety days says why."""
    threshold = look.playbook.sign_in.exports.reason_above.value
    files = AuditEntry.objects.filter(chain="read", verb__endswith=".export", at__gte=look.at - LOOK_BACK, detail__rows__gt=threshold)
    bare = [entry for entry in files.order_by("-at") if not str(entry.detail.get("reason", "")).strip()]
    said = {"files": files.count(), "threshold": threshold, "without": [str(entry.id) for entry in bare[:10]]}
    if bare:
        return failed(f"{len(bare)} of {said['files']} files of more than {threshold:,} rows left without a reason, the last by "
                      f"{bare[0].by_name}.", "/audit/", "Open the audit", **said)  # fmt: skip
    return passed(f"{said['files']} files of more than {threshold:,} rows left in 90 days, each with its reason.", **said)


def held_texts(look: Look) -> Finding:
    """No text that looks like patient data waits for its reviewer longer than it may."""
    limit = look.playbook.checks.limits.text_held_longer_than
    waiting = Quarantine.objects.filter(decided_at=None).order_by("at")
    late = waiting.filter(at__lt=look.at - limit.span)
    said = {"waiting": waiting.count(), "late": late.count()}
    if late:
        return failed(f"{said['late']} held texts wait for longer than {limit.days} days.", "/trust/held/", "Look at them", **said)
    return passed(f"{said['waiting']} held texts wait, none longer than {limit.days} days.", **said)


def requests_of_people(look: Look) -> Finding:
    """Nobody who asked to see or to be erased waits past the day the law gives."""
    waiting = SubjectRequest.objects.filter(done_at=None)
    late = waiting.filter(due_on__lt=house_day(look.at))
    said = {"open": waiting.count(), "late": [str(key) for key in late.values_list("id", flat=True)[:10]]}
    if said["late"]:
        return failed(f"{late.count()} requests of people are past their day.", "/trust/requests/", "Open the requests", **said)
    return passed(f"{said['open']} requests are open, none past its day.", **said)


CHECKS = {"retention_ran": retention_ran, "retention_overdue": retention_overdue, "data_sharing": data_sharing,
          "held_texts": held_texts, "requests_of_people": requests_of_people}  # fmt: skip
