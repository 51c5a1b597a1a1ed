"""A draft whose base moved is brought up to date: what it changed is put over the version in force."""

from __future__ import annotations

import pytest

from rounds.actions.flow import drafts
from rounds.kit.clock import now
from rounds.models import PlaybookDraft
from rounds.models.flow.active import active

HEAT = "scoring/heat.yaml"
SLA = "routing/sla.yaml"
MEETING = ("triggers", "stakeholder_meeting", "points")
TECHNOLOGY = ("triggers", "technology_change", "points")


@pytest.fixture
def moved(cast):
    """`moved({path: figure})`: another person publishes these figures of heat.yaml while a draft of mine is open."""

    def make(mine: dict, theirs: dict, *, file: str = HEAT) -> PlaybookDraft:
        draft = drafts.begin(by=cast.manager.actor, at=now())
        drafts.set_figures(draft, HEAT, mine, at=now())
        other = drafts.begin(by=cast.admin.actor, at=now())
        drafts.set_figures(other, file, theirs, at=now())
        drafts.publish(other, reason="meanwhile", by=cast.admin.actor, at=now())
        return draft

    return make


def points(draft: PlaybookDraft) -> tuple[int, int]:
    book, found = drafts.findings(draft)
    assert not [finding for finding in found if finding.severity == "error"]
    return tuple(book.heat.triggers[name[1]].points for name in (MEETING, TECHNOLOGY))


@pytest.mark.req("X-2")
def test_files_only_the_draft_changed_are_kept_and_the_others_are_those_in_force(cast, moved):
    target = ("title",)
    draft = moved({MEETING: 6}, {target: "Clocks of ours"}, file=SLA)
    drafts.rebase(draft, at=now())
    assert (draft.base_hash, list(draft.files), points(draft)) == (active().hash, [HEAT], (6, 8))
    assert "Clocks of ours" in drafts.files_of(draft)[SLA]
    version = drafts.publish(draft, reason="now it goes", by=cast.admin.actor, at=now())
    assert (version.number, active().playbook.heat.triggers["stakeholder_meeting"].points) == (3, 6)


@pytest.mark.req("X-2")
def test_a_file_both_changed_is_merged_line_by_line(moved):
    draft = moved({MEETING: 6}, {TECHNOLOGY: 9, ("triggers", "engagement_high", "points"): 7})
    drafts.rebase(draft, at=now())
    assert points(draft) == (6, 9)
    assert drafts.files_of(draft)[HEAT].count("\n") == active().playbook.files[HEAT].rstrip().count("\n") + 1


def test_the_same_change_by_both_leaves_nothing_to_publish(moved):
    draft = drafts.rebase(moved({MEETING: 6}, {MEETING: 6}), at=now())
    assert (draft.files, draft.base_hash) == ({}, active().hash)


@pytest.mark.req("X-2")
def test_the_same_line_changed_otherwise_is_refused_by_the_name_of_its_file(moved):
    draft = moved({MEETING: 6}, {MEETING: 7})
    base = draft.base_hash
    with pytest.raises(drafts.DraftRefused, match=f"v2 changed the same lines of {HEAT}"):
        drafts.rebase(draft, at=now())
    draft.refresh_from_db()
    assert (draft.base_hash, list(draft.files)) == (base, [HEAT])
    drafts.set_figures(draft, HEAT, {MEETING: 7, TECHNOLOGY: 9}, at=now())
    assert points(drafts.rebase(draft, at=now())) == (7, 9)


def test_a_draft_over_the_version_in_force_stays_as_it_is(cast):
    draft = drafts.begin(by=cast.manager.actor, at=now())
    drafts.set_figures(draft, HEAT, {MEETING: 6}, at=now())
    assert drafts.rebase(draft, at=now()).files == {HEAT: drafts.files_of(draft)[HEAT]}


@pytest.mark.req("X-2")
def test_the_page_offers_it_where_the_base_moved(cast, moved, client):
    moved({MEETING: 6}, {TECHNOLOGY: 9})
    client.force_login(cast.manager)
    assert 'action="/playbook/draft/rebasing/"' in client.get("/playbook/what-if/").content.decode()
    assert client.post("/playbook/draft/rebasing/").headers["Location"] == "/playbook/what-if/"
    page = client.get("/playbook/what-if/").content.decode()
    assert "/playbook/draft/rebasing/" not in page
    assert "Draft against v2" in page


def test_the_page_says_which_file_clashes(cast, moved, client):
    moved({MEETING: 6}, {MEETING: 7})
    client.force_login(cast.manager)
    answer = client.post("/playbook/draft/rebasing/")
    assert answer.status_code == 422
    assert HEAT in answer.content.decode()
