"""Somebody outside fills in the public form; a minute later a rep reads the score and why."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.req("LEAD-18", "LEAD-19", "ROUTE-02", "ROUTE-05", "CQS-01", "UI-01")
def test_a_lead_by_the_public_form_is_scored_and_placed(visitor):
    ada = visitor("ada")
    ada.go("/leads/forms/")
    address = ada.page.locator("a[href^='/f/']").first.get_attribute("href")

    stranger = visitor()
    page = stranger.go(address)
    page.get_by_label("Name").fill("Tilda Journeyman")
    page.get_by_label("Work mail").fill("tilda.journeyman@abchealthsystem.example")
    page.get_by_label("Hospital or organisation").fill("ABC Health System")
    page.get_by_label("Job title").fill("Chief Information Officer")
    page.get_by_label("State").fill("NY")
    page.wait_for_timeout(3500)  # people need some seconds; what is faster is taken for a robot
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    olivia = visitor("olivia")
    page = olivia.go("/leads/?f=words.has.Journeyman")
    page.get_by_role("link", name="Tilda Journeyman").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tilda Journeyman")
    main = page.locator("main")
    expect(main).to_contain_text("ABC Health System")
    expect(main).to_contain_text("Northeast")
    expect(main).to_contain_text(re.compile("Asked for us|Hand-raise"))  # a demo request is a hand-raise
    expect(main).to_contain_text(re.compile(r"Score\s*\d+, (hot|warm|cold|unqualified)"))  # how it came in, hop by hop
    expect(main).to_contain_text(re.compile(r"Scored .*captured by playbook v\d"))


@pytest.mark.req("UI-01", "LEAD-18")
def test_a_robot_is_thanked_and_forgotten(visitor):
    ada = visitor("ada")
    ada.go("/leads/forms/")
    address = ada.page.locator("a[href^='/f/']").first.get_attribute("href")
    robot = visitor()
    page = robot.go(address)
    page.get_by_label("Name").fill("Robbie Robotnik")
    page.get_by_label("Work mail").fill("robbie@robots.example")
    page.locator("#in-trap").evaluate("trap => { trap.value = 'https://spam.example' }")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    ada.go("/leads/?f=words.has.Robotnik")
    assert ada.page.get_by_role("link", name="Robbie Robotnik").count() == 0
