"""An automation comes to nothing: it is read, what it lacked is mended, and it is done again, but only the rest of it."""

from __future__ import annotations

import json

import psycopg
import pytest
from playwright.sync_api import expect


@pytest.mark.req("AUTO-10", "AUTO-02")
def test_a_refused_step_is_read_mended_and_replayed(visitor, world):
    answers = ("market_leadership=leader", "it_infrastructure=hybrid", "innovation=moderate", "project_timeline=near_term",
               "competitive_pressure=medium")  # fmt: skip
    said = [part for answer in answers for part in ("--answer", answer)]
    lead = json.loads(world.run("lead", "add", "--name", "Nils Placeless", "--source", "Web form", "--fact", "beds=612", "--fact", "ehr=Epic",
                                *said, "--json"))  # fmt: skip
    ada = visitor("ada")
    page = ada.go("/automations/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("run")
    for _ in range(30):
        page.goto(f"{world.address}/automations/lead_warm/?state=refused")
        if page.get_by_role("link", name="Nils Placeless").count():
            break
        page.wait_for_timeout(1000)
    page.get_by_role("row", name="Nils Placeless").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("was refused")
    task = page.get_by_role("row", name="Follow-up task")
    expect(task).to_contain_text("nobody owns the record")
    run = page.url

    page.get_by_role("link", name="Nils Placeless").click()
    page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Owner").select_option(label="Olivia Grant")
    dialog.get_by_role("button").last.click()
    expect(dialog).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Olivia Grant")
    page.wait_for_load_state("networkidle")

    page.goto(run)
    page.get_by_role("button", name="Do the rest again").click()
    expect(page.get_by_role("row", name="Follow-up task")).to_contain_text("Done", timeout=30_000)
    expect(page.get_by_role("row", name="Assignment to an account executive")).to_contain_text("done (inline)")
    assert lead


BROKEN = """
CREATE FUNCTION tried_night_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the night desk takes no tasks'; END $$;
CREATE TRIGGER tried_night_desk BEFORE INSERT ON rounds_task FOR EACH ROW WHEN (NEW.title = 'Call the night desk') EXECUTE FUNCTION tried_night_desk();
"""
MENDED = "DROP TRIGGER tried_night_desk ON rounds_task; DROP FUNCTION tried_night_desk()"
NIGHT = """automation: night_desk
title: The night desk is called
added: true
enabled: true
when: {event: lead.captured}
if: {ask: lead.organization, is: Night Harbor}
then:
  - {do: task.create, title: Ordinary task, said: {title: Look into it, to: anybody}}
  - {do: task.create, title: Night task, said: {title: Call the night desk, to: anybody}, retry: {times: 0, wait: {minutes: 1}}}
"""


@pytest.mark.req("AUTO-10")
def test_a_failed_step_is_read_mended_and_replayed(visitor, world, server, tmp_path):
    """The room a deed works in is broken for real: the database refuses its row until somebody mends it."""
    world.run("playbook", "export", str(tmp_path / "method"))
    (tmp_path / "method" / "automations" / "night_desk.yaml").write_text(NIGHT)
    world.run("playbook", "publish", str(tmp_path / "method"), "--reason", "The night desk")
    with psycopg.connect(server.dsn("rounds_owner", world.environment["ROUNDS_DATABASE_NAME"]), autocommit=True) as owner:
        owner.execute(BROKEN)
        try:
            world.run("lead", "add", "--name", "Nora Harbor", "--organization", "Night Harbor", "--source", "Web form")
            page = visitor("ada").go("/automations/")
            for _ in range(30):
                page.goto(f"{world.address}/automations/night_desk/?state=failed")
                if page.get_by_role("link", name="Nora Harbor").count():
                    break
                page.wait_for_timeout(1000)
            page.get_by_role("row", name="Nora Harbor").get_by_role("link").first.click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("step 2 of 2 failed")
            expect(page.get_by_role("row", name="Night task")).to_contain_text("the night desk takes no tasks")
            expect(page.get_by_role("row", name="Ordinary task")).to_contain_text("Done")
            run = page.url
            page.goto(f"{world.address}/notices/")
            expect(page.locator("main")).to_contain_text("The night desk is called failed")
            page.goto(f"{world.address}/automations/")
            expect(page.get_by_role("heading", level=1)).to_contain_text("failed this week: The night desk is called")
        finally:
            owner.execute(MENDED)
        page.goto(run)
        page.get_by_role("button", name="Do the rest again").click()
        expect(page.get_by_role("row", name="Night task")).to_contain_text("Done", timeout=30_000)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The night desk is called is done")
        made = owner.execute("SELECT title, count(*) FROM rounds_task WHERE automation = 'night_desk' GROUP BY 1 ORDER BY 1").fetchall()
        assert made == [("Call the night desk", 1), ("Look into it", 1)], "what was done stays done, once"
