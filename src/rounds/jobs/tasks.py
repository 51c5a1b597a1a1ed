"""What the queue may be asked for, by name: actions defer by these names and never import this room.

Every task may run twice (a worker that was thought dead may live): each finds its work by comparing, not by counting.
"""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from rounds.actions.market.universe.runs import RunGoesOn


@app.task(name="rounds.rescore")
def rescore(number: int) -> int:
    """Score what waits by playbook version `number`, or a later one; how many records."""
    from rounds.jobs.rescoring import rescore_all

    return rescore_all()


@app.task(name="rounds.rescore_aged")
def rescore_aged() -> int:
    """Score what time alone has moved; how many records."""
    from rounds.jobs.rescoring import rescore_aged

    return rescore_aged()


@app.task(name="audit.verify", queueing_lock="audit.verify")
def verify_audit() -> None:
    """Count both audit chains whole and write down what was found."""
    from rounds.access.sight import system_sight
    from rounds.actions.trust import watching
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    with system_sight():
        watching.verify_all(by=SYSTEM_ACTOR, at=now())


AGAIN_SOON = RetryStrategy(max_attempts=5, exponential_wait=3)
"""For work that loses its database or waits for a lock: what it had done stands, the rest is taken up."""


@app.task(name="flow.automate", retry=AGAIN_SOON, pass_context=True)
def automate(context: JobContext, event: str, at: str) -> None:
    """Start the automations an event starts, and do their steps (`at`: the event's moment, ISO)."""
    from rounds.jobs.automations import automate, tell_unstarted

    try:
        automate(event, at, tried=context.job.attempts)
    except Exception:
        if context.job.attempts >= AGAIN_SOON.max_attempts:
            tell_unstarted()
        raise


@app.task(name="flow.carry_on", retry=AGAIN_SOON, pass_context=True)
def carry_on(context: JobContext, run: str) -> None:
    """Do the steps of an automation run that are due."""
    from rounds.jobs.automations import carry_on

    carry_on(run, tried=context.job.attempts)


@app.task(name="flow.tick", retry=AGAIN_SOON)
def tick(automation: str, period: str) -> None:
    """Begin one period of a schedule."""
    from rounds.jobs.automations import begin

    begin(automation, period)


@app.task(name="flow.release", retry=AGAIN_SOON)
def release(batch: str) -> None:
    """Start what the quiet events of a released batch start."""
    from rounds.jobs.automations import release

    release(batch)


@app.task(name="leads.tend", queueing_lock="leads.tend", lock="leads.tend")
def tend() -> int:
    """The night's tending of leads, accounts and contacts; how much was done."""
    from rounds.jobs.tending import tend

    return tend()


@app.task(name="desk.change_many")
def change_many(batch: str) -> None:
    """Finish a change of many rows, chunk by chunk."""
    from rounds.jobs.changes import finish

    finish(batch)


# A load whose worker was killed is given back within seconds, but its run counts as alive until it has been silent
# for minutes: the job waits for that instead of failing.
AGAIN = RetryStrategy(max_attempts=5, wait=45, retry_exceptions={RunGoesOn})


@app.task(name="universe.load", queueing_lock="universe.load", lock="universe.load", retry=AGAIN)
def load_universe(folder: str, as_of: str | None = None, by: str | None = None) -> None:
    """Load the public hospital files in `folder` (`as_of` an ISO day, `by` the id of the person who asked)."""
    from datetime import date

    from rounds.jobs import universe
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import User

    person = User.objects.filter(pk=by, is_active=True).first() if by else None
    if by and person is None:
        return  # sent away before the worker came to it; their run was stopped with them
    universe.load(folder, as_of=date.fromisoformat(as_of) if as_of else None, by=person.actor if person else SYSTEM_ACTOR)


@app.task(name="market.find_duplicates", queueing_lock="market.find_duplicates", lock="market.find_duplicates")
def find_duplicates(noun: str | None = None) -> int:
    """Look through accounts, contacts and leads (or one of them) for duplicates; how many pairs were found."""
    from rounds.jobs.duplicates import find_all

    return find_all(noun)


@app.task(name="imports.work")
def work_on_import(key: str) -> None:
    """Do what an import waits for: stage its rows, work out the preview, write, or take back."""
    from rounds.jobs.imports import carry_on

    carry_on(key)


@app.task(name="trust.retain", queueing_lock="trust.retain", lock="trust.retain")
def retain(batch: str | None = None) -> int:
    """Carry a run of retention on until it is done, beginning one where none is named; rows let go of."""
    from rounds.jobs.retention import retain as work

    return work(batch)


@app.task(name="trust.check", queueing_lock="trust.check", lock="trust.check")
def run_checks(by: str | None = None) -> str:
    """Run every compliance check (`by` the id of the person who asked); the id of the run."""
    from rounds.jobs.checks import run

    return run(by)


@app.task(name="numbers.forecast", queueing_lock="numbers.forecast", lock="numbers.forecast")
def forecast() -> int:
    """Lock the quarters that are over and learn of our deals; how many were locked."""
    from rounds.jobs.numbers import forecast

    return forecast()


@app.task(name="numbers.forecast_asked", lock="numbers.forecast")
def forecast_asked(run: str, position: int) -> None:
    """Learn of our deals for a step of an automation, which then goes on."""
    from rounds.jobs.numbers import forecast

    forecast(run=run, position=position)


@app.task(name="trust.tell_ends", queueing_lock="trust.tell_ends", lock="trust.tell_ends")
def tell_ends() -> int:
    """Tell of agreements that come to their end, each notice once; how many."""
    from rounds.jobs.ends import tell

    return tell()


@app.task(name="trust.reseal", queueing_lock="trust.reseal")
def reseal() -> int:
    """Bring an unfinished key rotation to its end; how many values were sealed again."""
    from rounds.jobs import resealing

    done = resealing.finish()
    return done.rows if done else 0


@app.task(name="flow.deliver")
def deliver(delivery: str) -> int:
    """Send a delivery, and whatever else is due to the same other side; how many."""
    from rounds.jobs.deliveries import deliver as work

    return work(delivery)


@app.task(name="desk.mail_notices")
def mail_notices(user: str) -> int:
    """Mail what a person is to be told at once; how many notices."""
    from rounds.jobs.notices import mail_now

    return mail_now(user)


@app.task(name="desk.digest")
def digest(user: str) -> int:
    """The digest of a person's morning, once a day of theirs; how many notices."""
    from rounds.jobs.notices import digest as work

    return work(user)


@app.task(name="people.send_code")
def send_code(factor: str, number: int) -> None:
    """Send code `number` of a second factor by text message. What failed is asked for anew by its person, not tried again."""
    from rounds.jobs.codes import send_code

    send_code(factor, number)


@app.task(name="reach.read_mailbox")
def read_mailbox(mailbox: str) -> int:
    """Read a mailbox on from where it was read; how many mails."""
    from rounds.jobs.mailboxes import read

    return read(mailbox)


@app.task(name="leads.follow")
def follow(assignment: str) -> bool:
    """Start the clocks of a lead that came, and tell whoever was given it."""
    from rounds.jobs.routing import follow as work

    return work(assignment)


@app.task(name="numbers.report")
def report(report: str, slot: str, run: str = "", position: int = 0) -> int:
    """A report of one time, for everybody who gets it; how many. Then the step of an automation that waits for it goes on."""
    from rounds.jobs.reports import make

    return make(report, slot, run=run, position=position)


@app.task(name="warehouse.refresh")
def warehouse() -> int:
    """The star in the folder the deployment names, where it is due; 1 when it was made."""
    from rounds.jobs.warehouse import refresh_due

    return refresh_due()
