"""Chores of every worker, kept outside the queue so that no job can stand in their way.

The reaper: a killed worker leaves its job `doing` for ever; once its heart has been silent for SILENT seconds the job
goes back into the queue, or, after MOST tries, is given up with its reason in the log. Several workers may reap at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from rounds.jobs.kept import close_idle
from rounds.kit.clock import now

log = logging.getLogger("rounds.worker")

BEAT = 5.0
"""Seconds between the heartbeats of a worker."""
SILENT = 20.0
"""Seconds without a heartbeat after which a worker counts as dead; four beats, so that one slow second kills nobody."""
MOST = 5
"""Tries after which a job that keeps killing its worker is given up."""

WHOLE, DAYS, MARGIN = timedelta(hours=1), timedelta(days=3), timedelta(minutes=10)

# The rows are locked and looked at again before they are touched: two reapers never put one job back twice.
STALLED = """
    SELECT j.id, j.task_name, j.attempts FROM procrastinate_jobs j
     WHERE j.status = 'doing' AND NOT EXISTS (
           SELECT 1 FROM procrastinate_workers w
            WHERE w.id = j.worker_id AND w.last_heartbeat >= now() - make_interval(secs => %s))
       FOR UPDATE OF j SKIP LOCKED
"""


GIVE_UP = "SELECT procrastinate_finish_job_v1(%s, 'failed', false)"


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done every so many seconds; `does` answers how much there was to do."""

    name: str
    every: float
    does: Callable[[], int]


def reap(silent: float = SILENT, most: int = MOST) -> int:
    """Put the jobs of dead workers back into the queue; how many were found."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STALLED, [silent])
        found = cursor.fetchall()
        for job, task, attempts in found:
            if attempts + 1 >= most:
                cursor.execute(GIVE_UP, [job])
                log.error("Job %s (%s) was given up: its worker died %s times.", job, task, attempts + 1)
            elif _put_back(cursor, job):
                log.warning("Job %s (%s) lost its worker and goes back into the queue.", job, task)
            else:
                cursor.execute(GIVE_UP, [job])
                log.warning("Job %s (%s) lost its worker; the same work waits in the queue already.", job, task)
    return len(found)


def _put_back(cursor: Any, job: int) -> bool:
    """Whether the job could be put back: not where a job of the same queueing lock waits, which does its work."""
    try:
        with transaction.atomic():
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job])
    except IntegrityError:
        return False
    return True


class Sealer:
    """Seals the reads noted since the last time (within five seconds, says trust); those of the last days once an hour
    and all of them when the worker starts, so that none is left behind by a long deed or a clock that stepped."""

    def __init__(self) -> None:
        self.whole: datetime | None = None

    def __call__(self) -> int:
        from rounds.actions.trust import audit

        moment = now()
        if self.whole is None or moment - self.whole > WHOLE:
            sealed = audit.seal_reads(since=moment - DAYS if self.whole else None)
            self.whole = moment
            return sealed
        return audit.seal_reads(since=moment - MARGIN)


def anchor() -> int:
    """Put the signed heads of both audit chains outside the database; how many, 0 where no folder for them is set.
    A start of the worker within the hour adds nothing."""
    from rounds.actions.trust import anchors

    return len(anchors.hourly(at=now()))


def ask_for_verification() -> int:
    """Ask the queue to count the audit chains whole once a day (the work is too long for a chore); 1 when it was asked."""
    from rounds.actions.trust import watching

    return int(watching.defer_nightly(now()))


def make_partitions() -> int:
    """See that the months ahead have their partitions; how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_make_partitions(3)")
        return cursor.fetchone()[0]


def _kept(rule: str) -> datetime:
    """What is older than this, a rule of retention (playbook trust/retention.yaml) lets go of."""
    from rounds.models.flow.active import active
    from rounds.rules.keeping import cutoff

    return cutoff(active().playbook.retention.rules[rule], now()) or datetime.min.replace(tzinfo=UTC)


def forget_finished() -> int:
    """Drop jobs that ended well as long ago as the rule `finished_jobs` says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM"
            " procrastinate_events e WHERE e.job_id = j.id AND e.at > %s)",
            [_kept("finished_jobs")],
        )
        return cursor.rowcount


def forget_requests() -> int:
    """Drop the kept answers of idempotent requests a week after; nobody sends a request again that late."""
    from rounds.models import IdempotentRequest

    return IdempotentRequest.objects.filter(at__lt=_kept("idempotent_requests")).delete()[0]


def forget_links() -> int:
    """Drop login links a month after they ended, used or not; who logged in when stands in the audit trail."""
    from rounds.models import LoginLink

    return LoginLink.objects.filter(expires_at__lt=_kept("links")).delete()[0]


def ask_nightly() -> int:
    """Ask the queue for the night's retention and compliance checks; how many of the two were asked."""
    from rounds.jobs.retention import ask_nightly as ask

    return ask()


def forget_sign_in() -> int:
    """Drop ended sessions after their time, counters of failures and browsers that are not recognised any more."""
    from rounds.actions.people import devices, sessions, throttling

    at = now()
    return sessions.drop_old(at=at) + throttling.forget(at=at) + devices.drop_old(at=at)


def ask_for_aged() -> int:
    """Ask the queue to score what time alone has moved (the work is too long for a chore); 1 when it was asked."""
    from rounds.actions.flow import rescoring

    return int(rescoring.defer_aged())


def ship() -> int:
    """Seal the archived log of the embedded database into the folder of backups; how many segments. Nothing is done
    before the first `rounds backup`."""
    from django.conf import settings

    from rounds.kit import keys
    from rounds.kit.backup import embedded

    if settings.CONFIG.database_url:
        return 0
    return embedded.ship_all(settings.CONFIG.data_dir or settings.ROOT / "var" / "postgres", keys.ring())


def look_after_deliveries() -> int:
    """Name what a dead worker left half sent, ask again for what nobody sends; how many routes."""
    from rounds.jobs.deliveries import sweep

    return sweep()


def ask_for_mails() -> int:
    """Ask the queue for the mails of people who are to be told something, now or this morning; how many were asked."""
    from rounds.jobs.notices import ask

    return ask()


def watch_clocks() -> int:
    """Raise promises that broke and remind of outreach nobody answered; how many tasks."""
    from rounds.jobs.clocks import watch

    return watch()


def watch_prices() -> int:
    """Take unanswered approvals further up, end quotes and proposals whose day is over; how many."""
    from rounds.jobs.pricing import watch

    return watch()


def tick() -> int:
    """Begin what the clock starts: schedules and time in a state; how much was begun."""
    from rounds.jobs.automations import look_at_the_clock

    return look_at_the_clock()


def take_up() -> int:
    """Take up automation runs that nobody works on any more; how many."""
    from rounds.jobs.automations import take_up_stranded

    return take_up_stranded()


def tend_routing() -> int:
    """Take back what nobody answered, give out what waits, tell of what still does; how many leads."""
    from rounds.jobs.routing import tend

    return tend()


def ask_for_reports() -> int:
    """Ask the queue for the reports whose time has come; how many."""
    from rounds.jobs.reports import ask

    return ask()


def keep_numbers() -> int:
    """Keep how every deal stood at the end of the day that is over; 1 when it was kept now."""
    from rounds.jobs.numbers import keep_due

    return keep_due()


def ask_for_warehouse() -> int:
    """Ask the queue for the folder of BI where it is due; 1 when it was asked."""
    from rounds.jobs.warehouse import ask

    return ask()


def look_at_meetings() -> int:
    """Remind of meetings that are near; how many mails."""
    from rounds.jobs.meetings import remind

    return remind()


def look_at_calendars() -> int:
    """Read when people are busy, write what was booked; how many calendars."""
    from rounds.jobs.calendars import look

    return look()


def look_at_sequences() -> int:
    """Do what is due in sequences; how many steps."""
    from rounds.jobs.sequences import look

    return look()


def count_followed() -> int:
    """Count the links of letters and to content that people followed; how many."""
    from rounds.jobs.sequences import count_followed

    return count_followed()


def ask_for_mailboxes() -> int:
    """Ask the queue for the mailboxes that are due to be read; how many were asked."""
    from rounds.jobs.mailboxes import ask

    return ask()


CHORES = (
    Chore("seal", 4.0, Sealer()),
    Chore("idle connections", BEAT, close_idle),
    Chore("anchor", 300.0, anchor),
    Chore("verify", 3600.0, ask_for_verification),
    Chore("reap", BEAT, reap),
    Chore("deliveries", BEAT, look_after_deliveries),
    Chore("sequences", 2 * BEAT, look_at_sequences),
    Chore("followed links", BEAT, count_followed),
    Chore("meetings", 60.0, look_at_meetings),
    Chore("calendars", 30.0, look_at_calendars),
    Chore("mailboxes", BEAT, ask_for_mailboxes),
    Chore("mails", 60.0, ask_for_mails),
    Chore("routing", 60.0, tend_routing),
    Chore("ship", BEAT, ship),
    Chore("clocks", 60.0, watch_clocks),
    Chore("prices", 60.0, watch_prices),
    Chore("tick", 20.0, tick),
    Chore("take up", 15.0, take_up),
    Chore("aged", 3600.0, ask_for_aged),
    Chore("night", 900.0, ask_nightly),
    Chore("numbers", 600.0, keep_numbers),
    Chore("reports", 60.0, ask_for_reports),
    Chore("warehouse", 300.0, ask_for_warehouse),
    Chore("partitions", 24 * 3600.0, make_partitions),
    Chore("forget", 6 * 3600.0, forget_finished),
    Chore("forget requests", 24 * 3600.0, forget_requests),
    Chore("forget links", 24 * 3600.0, forget_links),
    Chore("forget sign-in", 3600.0, forget_sign_in),
)
