"""Whatever is done to a deal by the browser, the API, the command line, an imported file, a customer's signature or an
automation, in whatever order: it stands nowhere it may not, passes no gate it should not, loses no cent, and once closed nothing of it goes on."""

from __future__ import annotations

import contextlib
import itertools
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rounds.access.scope import scope_of
from rounds.access.sight import EVERYTHING, look_as
from rounds.actions.deals import (
    competitors,
    contract_execution,
    contract_marks,
    contracts,
    demos,
    opportunities,
    stages,
)
from rounds.actions.flow.automating import going, planning, stepping
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import tokens
from rounds.cli.deal import command as deal_command
from rounds.jobs import import_here
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import (
    AutomationRun,
    Contract,
    Demo,
    Event,
    Opportunity,
    Quote,
    StageEntry,
    StageSignal,
    Task,
)
from rounds.models.deals.stages import WAITING
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from tests.proofs import a_baa

CODES = st.sampled_from([f"O{n}" for n in range(1, 11)])
PERSON = st.sampled_from(["owner", "manager", "admin"])
WORDS = st.sampled_from(["", "Because it is so"])
CENTS = st.integers(0, 10**11)
STAGE_NAMES = ("Prospecting", "Needs Analysis", "Perception Analysis", "Negotiation/Review", "Closed Won", "Closed Lost")
TRIGGERS = ("discovery.completed", "demo.completed", "poc.agreed", "poc.kicked_off", "poc.succeeded", "proposal.delivered", "contract.review_started",
            "contract.executed")  # fmt: skip


class Doors(RuleBasedStateMachine):
    """One deal opened here, one that came with a file. `cast` and `folder` are set by the test."""

    cast = folder = None

    def __init__(self) -> None:
        super().__init__()
        self.kept = transaction.atomic()
        self.kept.__enter__()
        look_as(EVERYTHING)
        cast = self.cast
        at = now() - timedelta(days=3)
        account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=at)
        self.nurse = contacts.add(account, name="Nora North", title="Nurse Manager", by=cast.owner.actor, at=at)
        self.deal = opportunities.open_deal(account, "Harbour: early warning", owner=cast.owner, by=cast.owner.actor, at=at)
        self.rival = competitors.add(name="Asterion", by=cast.owner.actor, at=now())
        self.cents: dict[str, int | None] = {"here": self.deal.amount_cents, "file": None}
        self.clients, self.tokens = {}, {}
        for name in ("owner", "manager", "admin"):
            person = getattr(cast, name)
            self.clients[name] = Client(headers={"hx-request": "true"}, raise_request_exception=True)
            self.clients[name].force_login(person)
            _, self.tokens[name] = tokens.make(person, name="test", scopes=tokens.scopes_for(person), by=person.actor, at=now())
        self.files = 0
        self.send("Id,Name,BillingState\n001A,Larksong Medical Center,NY\n")
        self.send_deal("Prospecting", 100)
        self.theirs = Opportunity.objects.get(external_id="006A")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.kept.__exit__(None, None, None)

    def one(self, which: str) -> Opportunity:
        look_as(EVERYTHING)
        return Opportunity.objects.get(pk=(self.deal if which == "here" else self.theirs).pk)

    # ---- the doors

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, to=CODES, reason=WORDS, passing=WORDS)
    def browser_moves(self, which, who, to, reason, passing):
        self.clients[who].post(f"/opportunities/{self.one(which).id}/stage/", {"to": to, "reason": reason, "passing": passing})

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, code=st.sampled_from(["budget", "competition", "nonsense"]), named=st.booleans())
    def browser_loses(self, which, who, code, named):
        self.clients[who].post(f"/opportunities/{self.one(which).id}/losing/", {"code": code, "competitor": str(self.rival.id) if named else ""})

    @rule(who=PERSON, criterion=st.sampled_from(["bant", "poc_objectives", "roi_demonstrated", "adoption_confirmed", "plan_validated",
                                                 "contract_executed", "baa_in_force", "legal_satisfied"]))  # fmt: skip
    def browser_ticks(self, who, criterion):
        self.clients[who].post(f"/opportunities/{self.one('here').id}/criteria/{criterion}/", {"note": "Seen", "to": "O7"})

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, to=CODES, reason=WORDS, passing=WORDS)
    def api_moves(self, which, who, to, reason, passing):
        self.api(who, "put", which, "stage", {"stage": to, "reason": reason, "passing": passing})

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, passing=WORDS)
    def api_wins(self, which, who, passing):
        self.api(who, "put", which, "winning", {"reason": "", "passing": passing})

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON)
    def api_loses(self, which, who):
        self.api(who, "put", which, "losing", {"reason": "budget"})

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, cents=CENTS)
    def api_prices(self, which, who, cents):
        if self.api(who, "put", which, "amount", {"amount_cents": cents}) < 300:
            self.cents[which] = cents

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, to=CODES, reason=WORDS, passing=WORDS)
    def a_command_moves(self, which, who, to, reason, passing):
        self.command("move", str(self.one(which).id), to, "--reason", reason, "--passing", passing, who=who)

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON)
    def a_command_wins(self, which, who):
        self.command("win", str(self.one(which).id), who=who)

    @rule(which=st.sampled_from(["here", "file"]), who=PERSON, reason=st.sampled_from(["budget", "competition", "nonsense"]))
    def a_command_loses(self, which, who, reason):
        self.command("lose", str(self.one(which).id), "--reason", reason, who=who)

    @rule(name=st.sampled_from(STAGE_NAMES), cents=CENTS)
    def a_file_says_otherwise(self, name, cents):
        self.send_deal(name, cents)

    @rule(kind=st.sampled_from(TRIGGERS))
    def something_arrives(self, kind):
        with contextlib.suppress(Refusal), transaction.atomic():
            stages.triggered(self.one("here"), kind, by=self.cast.integration.actor, at=now())

    @rule()
    def a_demo_is_booked(self):
        with contextlib.suppress(Refusal), transaction.atomic():
            demos.book(self.one("here"), "clinical", starts_at=now() + timedelta(days=9), attendees=[self.nurse], by=self.cast.owner.actor, at=now())

    @rule()
    def a_baa_is_signed(self):
        if not self.covered():
            a_baa(self.deal.account, by=self.cast.compliance.actor, at=now() - timedelta(days=1), days=90)

    @rule(approved=st.booleans(), ours=st.booleans(), theirs=st.booleans())
    def a_contract_is_signed(self, approved, ours, theirs):
        deal, by = self.one("here"), {"by": self.cast.owner.actor, "at": now()}
        with contextlib.suppress(Refusal), transaction.atomic():
            row = Contract.objects.filter(opportunity=deal).first() or contracts.add("Subscription", kind="subscription", account=deal.account, deal=deal, **by)
            for item in active().playbook.checklist.titles:
                contract_marks.mark(row, item, "agreed", by=self.cast.legal.actor, at=now())
            if approved:
                contract_execution.approve(row, name="M. Halloran", on=_today(), evidence="Minutes", **by)
            for side, does in (("ours", ours), ("customer", theirs)):
                if does:
                    contract_execution.sign(row, side=side, name="Somebody", on=_today(), **by)

    @rule()
    def the_worker_comes_by(self):
        look_as(EVERYTHING)
        seen = set(AutomationRun.objects.values_list("cause", flat=True))
        for event in Event.objects.filter(opportunity_id__in=[self.deal.id, self.theirs.id], quiet=False).exclude(pk__in=seen).order_by("at", "id"):
            for run in going.go(planning.Cause.of(event), at=now()):
                while stepping.step(run, at=now(), pace=stepping.AT_ONCE):
                    pass

    # ---- what must hold

    @invariant()
    def stands_where_it_may(self):
        for which in ("here", "file"):
            deal = self.one(which)
            entries = list(StageEntry.objects.filter(opportunity=deal).order_by("at", "id"))
            assert entries[-1].now == deal.stage, "the row says what the history says"
            for before, after in itertools.pairwise(entries):
                assert after.was == before.now
                self.legal(deal, after, entries)
            assert (deal.closed_at is None) == (deal.stage in active().playbook.stages.open)

    def legal(self, deal, entry, entries) -> None:
        order = {code: place for place, code in enumerate(active().playbook.stages.way)}
        if entry.cause == "import":
            assert deal.pk == self.theirs.pk, "a file moves what it brought and nothing else"
            assert not [one for one in entries if one.at < entry.at and one.cause != "import"], "nor what somebody moved here since"
            return
        if entry.way == "forward":
            assert order[entry.now] == order[entry.was] + 1 or entry.now == "O3"
        if entry.way in ("backward", "reopened", "skipped"):
            assert entry.reason.strip()
        if entry.now == "O9":
            paper = Contract.objects.filter(opportunity=deal, state="executed").exists()
            assert paper, "nobody wins a deal without its contract"
            assert self.covered() or not deal.phi_involved, "nor, with patient data, without a BAA"
        if entry.now == "O7" and entry.way in ("forward", "skipped"):
            shut = [line for line in entry.criteria if line["state"] in ("missing", "unknown", "blocked")]
            assert not shut or entry.passed, shut

    @invariant()
    def no_cent_is_lost(self):
        for which, cents in self.cents.items():
            assert self.one(which).amount_cents == cents, which

    @invariant()
    def nothing_of_a_closed_deal_goes_on(self):
        for which in ("here", "file"):
            deal = self.one(which)
            if deal.is_open:
                continue
            ended = [row.key or row.title for row in Task.objects.filter(OPEN, opportunity=deal, at__lt=deal.closed_at).exclude(automation="")]
            assert not ended, ended
            assert not StageSignal.objects.filter(WAITING, opportunity=deal).exists()
            assert not Demo.objects.filter(opportunity=deal, state="planned").exists()
            assert not Quote.objects.filter(opportunity=deal, state="asked").exists()

    # ---- how a door is knocked at

    def api(self, who, verb, which, below, body) -> int:
        deal = self.one(which)
        answer = getattr(self.clients[who], verb)(f"/api/v1/opportunities/{deal.id}/{below}", json.dumps(body), content_type="application/json",
                                                  headers={"Authorization": f"Bearer {self.tokens[who]}"})  # fmt: skip
        assert answer.status_code < 500, answer.content
        return answer.status_code

    def command(self, *words: str, who: str) -> None:
        with contextlib.suppress(Refusal), transaction.atomic():
            deal_command([*words, "--as", getattr(self.cast, who).email], standalone_mode=False)

    def send(self, text: str) -> import_here.Report:
        self.files += 1
        path = self.folder / f"{self.files}.csv"
        path.write_text(text)
        look_as(EVERYTHING)
        return import_here.run(path, scope=scope_of(self.cast.revops), by=self.cast.revops.actor)

    def send_deal(self, stage: str, cents: int) -> None:
        closes = (now() + timedelta(days=90)).date() if not stage.startswith("Closed") else (now() - timedelta(days=1)).date()
        report = self.send("Id,Name,AccountId,StageName,Amount,CloseDate,CreatedDate,OwnerId\n"
                           f"006A,Larksong early warning,001A,{stage},{Decimal(cents) / 100:.2f},{closes},2026-02-01,{self.cast.owner.email}\n")  # fmt: skip
        if report.taken or report.updated:
            self.cents["file"] = cents

    def covered(self) -> bool:
        from rounds.models import Baa

        return Baa.objects.filter(counterparty__account=self.deal.account).exclude(signed_on=None).exists()


def _today():
    from rounds.actions.trust import agreements

    return agreements.day(now())


@pytest.mark.req("PIPE-14", "PIPE-17", "PIPE-18", "PIPE-26", "PLUS-23", "AUTO-04")
@pytest.mark.timeout(900)
def test_no_sequence_by_any_door_leads_where_it_should_not(cast, tmp_path):
    machine = type("DoorsHere", (Doors,), {"cast": cast, "folder": tmp_path})
    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=16, deadline=None, derandomize=True, phases=[Phase.generate],
                                                         suppress_health_check=list(HealthCheck)))  # fmt: skip
