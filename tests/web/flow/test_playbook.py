"""The playbook in the browser: read, tried on today's records, published with a reason."""

from __future__ import annotations

import pytest

from rounds.actions.flow import drafts, playbooks
from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.analytics.flow import what_if
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import PlaybookVersion
from rounds.models.flow.active import active
from rounds.playbook import PlaybookRefused

FILE = "scoring/lead_fit.yaml"
BUDGET = ("categories", "financial_profile", "criteria", "budget_allocation")
STACK = ("categories", "technology_readiness", "criteria", "technology_stack")
HEAVIER = {
    ("categories", "financial_profile", "max"): 23,
    (*BUDGET, "max"): 15,
    (*BUDGET, "levels", "high", "points"): 15,
    ("categories", "technology_readiness", "max"): 22,
    (*STACK, "max"): 9,
    (*STACK, "levels", "advanced", "points"): 9,
}
"""Budget weighs three points more, the EHR three less; the sums still hold."""


@pytest.fixture
def lead(cast):
    hospital = accounts.add(by=SYSTEM_ACTOR, at=now(), name="Quillmere Ridge Hospital", state="NY", beds=240)
    said = {
        "budget_allocation": "high", "it_infrastructure": "cloud_native", "innovation": "leader",
        "project_timeline": "near_term", "competitive_pressure": "high", "funding_sources": "multiple",
        "geographic_market": "secondary", "market_leadership": "standard", "investment_capacity": "stable",
    }  # fmt: skip
    given = {"name": "P. Lead", "organization": hospital.name, "answers": said}
    return leads.capture(given, by=SYSTEM_ACTOR, at=now(), account=hospital)


@pytest.mark.req("LEAD-23", "ABM-01")
def test_a_draft_says_who_would_move_and_writes_nothing(cast, lead):
    by = cast.admin.actor
    draft = drafts.begin(by=by, at=now())
    drafts.set_figures(draft, FILE, HEAVIER, at=now())
    book, found = drafts.findings(draft)
    assert not [f for f in found if f.severity == "error"]
    before = (lead.score_total, lead.band)
    compared = what_if.compare(active().playbook, book)
    lead.refresh_from_db()
    assert (lead.score_total, lead.band) == before
    assert compared.leads == 1
    assert sum(sum(row.values()) for row in compared.bands.values()) == 1
    assert active().number == 1


@pytest.mark.req("LEAD-23")
def test_a_heavier_budget_lifts_the_lead_over_the_line_and_says_why(cast, lead):
    draft = drafts.begin(by=cast.admin.actor, at=now())
    hot = ("bands", "steps", "hot", "at_least")
    drafts.set_figures(draft, FILE, {**HEAVIER, hot: lead.score_total + 3}, at=now())
    book, found = drafts.findings(draft)
    assert not [f for f in found if f.severity == "error"]
    (moved,) = what_if.compare(active().playbook, book).leads_moved
    assert (moved.before, moved.after) == ("warm", "hot")
    assert moved.score_after == moved.score_before + 3
    assert moved.because == [("budget allocation", 3)]


@pytest.mark.req("LEAD-02")
def test_a_draft_whose_sums_do_not_hold_names_the_line_and_cannot_be_published(cast, client):
    by = cast.admin.actor
    draft = drafts.begin(by=by, at=now())
    drafts.set_figures(draft, FILE, {(*BUDGET, "max"): 15}, at=now())
    _, found = drafts.findings(draft)
    error = next(f for f in found if f.severity == "error")
    assert error.file == FILE
    assert "Financial profile" in error.sentence
    with pytest.raises(PlaybookRefused) as refused:
        drafts.publish(draft, reason="try", by=by, at=now())
    assert f"{FILE}:{error.line}" in str(refused.value)
    client.force_login(cast.admin)
    answer = client.get("/playbook/what-if/")
    assert "does not hold together yet" in answer.content.decode()


@pytest.mark.req("LEAD-23")
def test_publishing_makes_the_next_version_with_its_reason(cast, client):
    client.force_login(cast.admin)
    assert client.post("/playbook/draft/").status_code == 302
    form = {"|".join(path): value for path, value in HEAVIER.items()}
    assert client.post("/playbook/draft/figures/", {"file": FILE, **form}).status_code == 302
    page = client.get("/playbook/what-if/").content.decode()
    assert "Publish as v2" in page
    answer = client.post("/playbook/draft/publication/", {"reason": "Budget predicts wins"})
    assert answer.headers["Location"] == "/playbook/versions/2/"
    version = PlaybookVersion.objects.get(number=2)
    assert version.reason == "Budget predicts wins"
    assert version.by_name == cast.admin.name
    assert "points: 15" in client.get("/playbook/versions/2/").content.decode()
    assert active().number == 2


def test_comments_and_layout_survive_a_changed_figure(cast):
    draft = drafts.begin(by=cast.admin.actor, at=now())
    drafts.set_figures(draft, FILE, HEAVIER, at=now())
    was, becomes = active().playbook.files[FILE].splitlines(), drafts.files_of(draft)[FILE].splitlines()
    assert len(was) == len(becomes)
    assert sum(a != b for a, b in zip(was, becomes, strict=True)) == len(HEAVIER)


def test_a_rep_may_read_the_playbook_but_not_draft_or_publish(cast, client):
    client.force_login(cast.owner)
    assert client.get("/playbook/").status_code == 200
    answer = client.post("/playbook/draft/")
    assert answer.status_code == 403
    assert "ask one of them" in answer.content.decode()
    assert client.post("/playbook/draft/publication/", {"reason": "x"}).status_code == 403


def test_a_manager_may_draft_but_only_an_admin_publishes(cast, client):
    client.force_login(cast.manager)
    assert client.post("/playbook/draft/").status_code == 302
    assert client.post("/playbook/draft/publication/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"categories|financial_profile|max": "lots"}, "takes a whole number"),
        ({"categories|nothing|max": "3"}, "has nothing at"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(cast, client, said, sentence):
    client.force_login(cast.admin)
    answer = client.post("/playbook/draft/figures/", {"file": FILE, **said})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_text_that_is_no_yaml_is_refused_with_its_line(cast, client):
    client.force_login(cast.admin)
    answer = client.post("/playbook/draft/text/", {"file": FILE, "text": "rule: [unclosed\n"})
    assert answer.status_code == 422
    assert "not YAML" in answer.content.decode()


def test_two_drafts_the_second_publisher_is_told(cast):
    first = drafts.begin(by=cast.admin.actor, at=now())
    second = drafts.begin(by=cast.manager.actor, at=now())
    drafts.set_figures(first, FILE, HEAVIER, at=now())
    drafts.set_figures(second, "scoring/heat.yaml", {("triggers", "stakeholder_meeting", "points"): 6}, at=now())
    drafts.publish(first, reason="budget", by=cast.admin.actor, at=now())
    with pytest.raises(playbooks.BaseMoved):
        drafts.publish(second, reason="heat", by=cast.admin.actor, at=now())


def test_every_page_of_the_playbook_opens(cast, client):
    client.force_login(cast.admin)
    for url in ("", "files/tiers/abm.yaml/", "findings/", "choices/", "versions/", "versions/1/", "what-if/"):
        assert client.get(f"/playbook/{url}").status_code == 200, url
    assert client.get("/playbook/files/../secrets.yaml/").status_code == 404
    assert client.get("/playbook/versions/99/").status_code == 404


@pytest.mark.req("X-2")
def test_the_moved_records_leave_as_csv_with_the_scope_in_its_name(cast, client, lead):
    client.force_login(cast.admin)
    client.post("/playbook/draft/")
    form = {"bands|steps|warm|at_least": "1"}
    client.post("/playbook/draft/figures/", {"file": FILE, **form})
    answer = client.get("/playbook/what-if/moved.csv")
    assert answer.status_code == 200
    assert "what-if-" in answer.headers["Content-Disposition"]


def test_the_audit_trail_is_for_admins_and_says_that_it_holds(cast, client):
    client.force_login(cast.owner)
    assert client.get("/audit/").status_code == 403
    client.force_login(cast.admin)
    assert "The audit trail is whole" in client.get("/audit/").content.decode()
