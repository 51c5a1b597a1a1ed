"""Checks for sense: the seeds' own contradictions, and what an editor may get wrong."""

from __future__ import annotations

import pytest

from rounds.playbook import PlaybookRefused, default, findings, load, with_set

LEAD = "scoring/lead_fit.yaml"


def of(playbook, severity):
    return [str(finding) for finding in findings(playbook) if finding.severity == severity]


def test_the_shipped_playbook_has_no_errors():
    assert of(default(), "error") == []


@pytest.mark.req("LEAD-02")
@pytest.mark.parametrize(
    ("old", "new", "says", "on_line"),
    [
        (
            "        max: 15\n",
            "        max: 16\n",
            "The criteria of Company profile sum to 31, but its max is 30",
            "    max: 30",
        ),
        ("    max: 25\n", "    max: 24\n", "The category maxima sum to 99, but the model's max is 100", "max: 100"),
        (
            "points: 15}",
            "points: 17}",
            "Level 'large' gives 17 points, over Organization size and type's maximum of 15",
            "          - {level: large, title: Large health system (500+ beds), points: 17}",
        ),
        (
            "points: 15}",
            "points: 14}",
            "No level of Organization size and type gives its maximum of 15",
            "        max: 15",
        ),
    ],
)
def test_an_inconsistent_sum_refuses_activation_and_names_the_line(edited, old, new, says, on_line):
    files = edited(LEAD, old, new)
    with pytest.raises(PlaybookRefused) as refusal:
        load(files)
    found = next(finding for finding in refusal.value.findings if says in finding.sentence)
    assert files[LEAD].splitlines()[found.line - 1] == on_line
    assert f"{LEAD}:{found.line}: {says}" in str(refusal.value)


ERRORS = [
    (LEAD, "level: mid, title", "level: large, title", "the level 'large' twice"),
    (LEAD, "same_as: long_term", "same_as: never", "the same as 'never', which does not exist"),
    (LEAD, "take: beds_first", "take: beds_last", "takes 'beds_last', which is none of its choices"),
    (LEAD, "{first: [beds, descriptor]}", "{first: [bed, descriptor]}", "names the reading 'bed'"),
    (LEAD, "- fact: hospitals", "- fact: hospital", "The fact 'hospital' is not known"),
    (LEAD, "table: ehr/lead_fit", "table: ehr/lead_fitt", "There is no table 'ehr/lead_fitt'"),
    (LEAD, "{at_least: 100, level: mid}", "{at_least: 600, level: mid}", "do not fall from step to step"),
    (LEAD, "{at_least: 100, level: mid}", "{at_least: 100, level: middle}", "The level 'middle' does not exist"),
    (LEAD, "Specialty network: mid", "Speciality network: mid", "'Speciality network' is not in the picklist"),
    (LEAD, "content_download: 2", "content_downloads: 2", "The activity 'content_downloads' is not in"),
    (LEAD, "at_least: 60\n", "at_least: 90\n", "The bands do not fall"),
    (LEAD, "provisional_cap: warm", "provisional_cap: lukewarm", "The band 'lukewarm' does not exist"),
    (
        LEAD,
        "categories: [engagement_level, timing_urgency]",
        "categories: [engagement]",
        "names the category 'engagement'",
    ),
    ("tiers/abm.yaml", "at_least: 500000}", "at_least: 3000000}", "Tier 2 asks for more deal"),
    ("tiers/abm.yaml", "low: 50, high: 100", "low: 500, high: 100", "at least 500 and at most 100"),
    ("routing/territories.yaml", "  states: {CA: West}", "  states: {CA: Midwest}", "and no tie-break decides"),
    ("routing/territories.yaml", "[NY, NJ, PA, CT, MA, RI", "[XX, NJ, PA, CT, MA, RI", "'XX' is no US state"),
    ("routing/territories.yaml", 'table: "003"', 'table: "005"', "no territory table '005'"),
    (
        "routing/segments.yaml",
        "beds: {at_least: 100,",
        "beds: {at_least: 700,",
        "The beds floors of the segments do not fall",
    ),
    ("routing/roles.yaml", "ae: manager_queue", "ae: senior_ae", "runs in a circle"),
    ("routing/roles.yaml", "hot: senior_ae", "hot: chief", "There is no role 'chief'"),
    ("ehr.yaml", "aliases: [epic, epic systems,", "aliases: [epic, cerner,", "The alias 'cerner' belongs to"),
    ("leads/statuses.yaml", "from: New, to: Qualified", "from: New, to: Approved", "'Approved' is no lead status"),
    ("titles.yaml", "role: CMIO, any", "role: CMIOO, any", "There is no role 'CMIOO'"),
    ("programme.yaml", "messages_from: null", "messages_from: nobody", "There is no play 'nobody'"),
    ("choices.yaml", "path: [unknown, policy]", "path: [unknown, policies]", "points at nothing"),
    ("fields.yaml", "account: []", "account: [{field: a, title: A, kind: picklist}]", "The picklist 'a' has no values"),
    (
        "scoring/heat.yaml",
        "executive_meeting: stakeholder_meeting",
        "executive_meeting: meeting",
        "There is no trigger 'meeting'",
    ),
]


@pytest.mark.req("LEAD-02", "ROUTE-04")
@pytest.mark.parametrize(
    ("file", "old", "new", "says"), ERRORS, ids=[f"{file}: {says[:40]}" for file, _, _, says in ERRORS]
)
def test_a_mistake_is_named_with_a_way_to_mend_it(said, file, old, new, says):
    errors = [text for severity, text in said(file, old, new) if severity == "error"]
    assert any(says in text for text in errors), errors
    assert all(text.count(":") >= 2 and text.rstrip().endswith(".") for text in errors)


@pytest.mark.req("ROUTE-04")
def test_the_seeds_territories_overlap_and_leave_holes():
    notes = " ".join(of(default(), "note"))
    assert "names CA in Southwest and West; the tie-break gives it to West" in notes
    assert "Table 003 leaves out DE, DC, MD, PR, VI, GU, AS, MP: filled by our own additions" in notes
    other = with_set(default(), {"territory.table": "004"})
    assert any("Table 004 leaves out AL, AK, AR" in text for text in of(other, "warning"))
    bare = with_set(default(), {"territory.fill": "none"})
    assert any(
        "leaves out DE, DC, MD, PR, VI, GU, AS, MP: they go to the queue" in text for text in of(bare, "warning")
    )


@pytest.mark.req("CQS-05")
@pytest.mark.parametrize(("mode", "best"), [("once_per_kind", 74), ("highest_only", 60)])
def test_hot_is_unreachable_when_events_do_not_add_up(mode, best):
    assert any(f"the best total is {best}" in text for text in of(default(), "note"))
    tried = with_set(default(), {"cqs.engagement_mode": mode})
    assert any(f"the best total is {best}: it is unreachable" in text for text in of(tried, "warning"))
    assert not any("unreachable" in text for text in of(default(), "warning"))


def test_facts_of_the_models_are_said():
    notes = " ".join(of(default(), "note"))
    assert "No answers give a total of 99" in notes
    assert "Only 0.55% of fully answered combinations are Unqualified" in notes


@pytest.mark.req("ABM-20")
def test_plays_without_messages_are_warned_about():
    warned = " ".join(of(default(), "warning"))
    for play in ("Integrated Delivery Networks", "Small Health Systems", "Specialty Clinics", "Rural Health Networks"):
        assert f"{play} has no messages" in warned
    assert "Regional Health Systems has no messages" not in warned


@pytest.mark.req("ROUTE-04")
@pytest.mark.parametrize(
    ("file", "old", "new", "word", "on_line"),
    [
        ("routing/territories.yaml", "names: [Northeast,", 'names: ["North, East", Northeast,', "North, East", "names: ["),
        ("picklists.yaml", "    - Research Institutions", "    - Research ~ Institutions", "Research ~ Institutions",
         "    - Research ~ Institutions"),
        ("picklists.yaml", "Data Scientist", '"Scientist, Data"', "Scientist, Data", "    Technical Stakeholders:"),
        ("fields.yaml", "lead: []", 'lead: [{field: ward, title: Ward, kind: picklist, values: ["A, B"]}]', "A, B", "lead: ["),
    ],
)  # fmt: skip
def test_a_word_that_would_come_apart_is_refused_with_its_line(edited, file, old, new, word, on_line):
    files = edited(file, old, new)
    with pytest.raises(PlaybookRefused) as refused:
        load(files)
    (finding,) = [finding for finding in refused.value.findings if f"'{word}'" in finding.sentence]
    assert (finding.severity, finding.file) == ("error", file)
    assert "holds a comma or a tilde" in finding.sentence
    assert files[file].splitlines()[finding.line - 1].startswith(on_line)
