"""Roles and rules of sign-in are part of the playbook, and changing them needs more than publishing."""

from __future__ import annotations

import pytest

from rounds import playbook
from rounds.access.allowed import NotAllowed, may, need
from rounds.actions.flow import playbooks
from rounds.kit.clock import now
from rounds.models import AuditEntry
from rounds.models.flow.active import active

ROLES = "access/roles.yaml"


def changed(file: str, before: str, after: str) -> dict[str, str]:
    files = dict(playbook.default().files)
    assert before in files[file]
    return {**files, file: files[file].replace(before, after, 1)}


@pytest.fixture
def published():
    return playbooks.ensure_first()


@pytest.mark.req("SEC-01")
def test_a_revops_admin_publishes_the_method_but_not_the_roles(cast, published):
    widened = changed(ROLES, "title: Executive\n", "title: Chief\n")
    with pytest.raises(NotAllowed, match="Only an admin publishes a change of roles"):
        playbooks.publish(widened, reason="More for the chief", by=cast.revops.actor, at=now())
    assert active().hash == published.hash
    method = changed("scoring/heat.yaml", "rule: scoring/heat", "rule: scoring/heat # heat")
    playbooks.publish(method, reason="A comment", by=cast.revops.actor, at=now())


@pytest.mark.req("SEC-01", "COMPL-01")
def test_an_admin_changes_a_role_and_it_holds_at_once(cast, published):
    assert not may(cast.executive, "records.export")
    files = changed(ROLES, "hides: [stance, reach]\n    may: [kpis.enter,", "hides: [stance, reach]\n    may: [kpis.enter, records.export,")
    playbooks.publish(files, reason="The board asks for files", by=cast.admin.actor, at=now())
    del cast.executive.__dict__["_role"]
    assert may(cast.executive, "records.export")
    entry = AuditEntry.objects.get(verb="roles.change")
    assert entry.by_id == cast.admin.id
    assert entry.detail == {"files": [ROLES]}


@pytest.mark.req("SEC-01", "SEC-12")
@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("people.manage, sessions.end", "sessions.end", "would lose people.manage"),
        ("read: {account: all, contact: all, opportunity: all, task: rows, customer: all, contract: all, handoff: all}\n    write: {account: rows, contact: all, task: rows, customer: all, handoff: all}",
         "read: {contact: all}\n    write: {account: rows}",
         "change accounts without seeing them"),
        ("hides: [it_budget]", "hides: [salary]", "no group of fields"),
        ('source: "003 RBAC role definitions; SEC-12"\n    audience: portal\n    rows: [own]',
         'source: "003 RBAC role definitions; SEC-12"\n    audience: portal\n    rows: [own]\n    read: {account: rows}',
         "reach internal data"),
        ("may: [playbook.read, compliance.read, contracts.waive]", "may: [playbook.read, everything.at_all]", "is no permission"),
    ],
)  # fmt: skip
def test_roles_that_make_no_sense_are_refused(before, after, says):
    with pytest.raises(playbook.PlaybookRefused, match=says):
        playbook.load(changed(ROLES, before, after))


@pytest.mark.req("SEC-01")
def test_a_playbook_of_before_a_permission_allows_nobody_and_breaks_nothing(cast, door):
    """Whoever published before `kpis.enter` existed reads the scorecard; nobody enters figures, and is told why."""
    files = dict(playbook.default().files)
    lines = [line for line in files[ROLES].splitlines() if not line.startswith("  kpis.enter:")]
    files[ROLES] = "\n".join(lines).replace("kpis.enter, ", "")
    playbooks.publish(files, reason="As it was", by=cast.admin.actor, at=now())
    page = door(cast.executive).get("/scorecard/")
    assert page.status_code == 200
    assert page.context["may_enter"] is False
    assert door(cast.executive).post("/scorecard/win_rate/figures/", {"value": "5"}).status_code == 403
    with pytest.raises(NotAllowed, match="names nobody who may yet"):
        need(cast.executive, "kpis.enter")
    with pytest.raises(KeyError):
        may(cast.executive, "kpis.invented")
