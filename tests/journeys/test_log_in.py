"""Logging in with a browser: password and app, security key, passkey, a first factor one must add, sessions."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import HOUSE, ROUNDS, Visitor, World, until_ready

PASSWORD = "correct horse, long battery"
GIVE = """
import django; django.setup()
from rounds.access.sight import system_sight
from rounds.models import User
with system_sight():
    user = User.objects.get(email="{email}")
    user.set_password("{password}")
    user.save(update_fields=["password"])
"""


@pytest.fixture(scope="module")
def strict(world):
    """The same product served once more, as development: second factors are asked for as in production."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # By name: a browser binds keys to a name, never to a number.
    place = World(f"http://localhost:{port}", {**world.environment, "ROUNDS_MODE": "development"})
    server = subprocess.Popen([*ROUNDS, "serve", "--port", str(port), "--workers", "1"], env=place.environment, stdout=subprocess.DEVNULL)
    try:
        until_ready(f"http://127.0.0.1:{port}", server)
        yield place
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=40)


@pytest.fixture
def person(strict):
    """`person("lois", "Lois Fielding", "ae")` comes to work here with a password: nobody of the cast, whose sessions
    the other journeys use."""

    def make(name: str, full: str, role: str) -> str:
        strict.run("user", "add", f"{name}@{HOUSE}", full, "--role", role)
        said = GIVE.format(email=f"{name}@{HOUSE}", password=PASSWORD)
        environment = {**strict.environment, "ROUNDS_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}
        subprocess.run([sys.executable, "-c", said], env={**os.environ, **environment}, check=True)
        return f"{name}@{HOUSE}"

    return make


@pytest.fixture
def window(browser, strict):
    """A browser window of its own; whatever it complains of fails the journey."""
    opened = []

    def make() -> Visitor:
        found = Visitor(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), strict)
        found.page.set_default_timeout(15_000)
        found.watch()
        opened.append(found)
        return found

    yield make
    for one in opened:
        one.page.context.close()
    assert [said for one in opened for said in one.complaints] == []


def first(page, email: str, *, to: str = "/") -> None:
    page.goto(to)
    page.get_by_label("Work mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def enrol_app(page) -> str:
    """Add an app on the page that asks for it; the seed."""
    page.get_by_role("button", name="Use an authenticator app").click()
    expect(page.get_by_role("img", name="Picture for the app")).to_be_visible()
    seed = page.locator("p.select-all").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(seed).now())
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    return seed


def with_authenticator(page) -> None:
    """A key that is plugged in and checks its person."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})  # fmt: skip


def log_out(page) -> None:
    page.locator("details.self > summary").click()
    page.get_by_role("button", name="Log out").click()


@pytest.mark.req("SEC-03")
def test_a_first_factor_is_added_then_asked_for(window, strict, person):
    email, page = person("lois", "Lois Fielding", "ae"), window().page
    first(page, email, to=strict.address + "/leads/")
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    page.goto(strict.address + "/accounts/")
    assert "/login/" in page.url, "nothing else opens"
    page.goto(strict.address + "/login/enrol/")
    seed = enrol_app(page)
    codes = page.locator("#recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    log_out(page)

    first(page, email, to=strict.address + "/login/?next=/contacts/")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Not logged in yet")
    # The code of the enrolment was used: the next one is within the drift.
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(seed).at(int(time.time()) + 30))
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(re.compile(re.escape(strict.address + "/contacts/")))
    log_out(page)

    first(page, email, to=strict.address + "/login/")
    page.get_by_text("Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Log in with a recovery code").click()
    page.wait_for_url(strict.address + "/")


@pytest.mark.req("SEC-03")
def test_a_key_is_added_and_logs_in_as_second_factor_and_as_passkey(window, strict, person):
    email, page = person("magda", "Magda Keyes", "manager"), window().page
    with_authenticator(page)
    first(page, email, to=strict.address + "/login/")
    page.get_by_role("button", name="Use a security key or this device").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    log_out(page)

    first(page, email, to=strict.address + "/login/")
    page.get_by_role("button", name="Use your security key").click()
    page.wait_for_url(strict.address + "/")
    log_out(page)

    page.goto(strict.address + "/login/?next=/accounts/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(re.escape(strict.address + "/accounts/")))
    page.goto(strict.address + "/me/security/")
    expect(page.get_by_role("row").filter(has_text="This one")).to_contain_text("passkey")


@pytest.mark.req("SEC-05", "PLUS-35")
def test_ending_a_session_in_one_browser_ends_it_in_the_other_and_typed_text_stays(window, strict, person):
    email, here, there = person("sofus", "Sofus Lane", "senior_ae"), window(), window()
    first(here.page, email, to=strict.address + "/login/")
    seed = enrol_app(here.page)
    first(there.page, email, to=strict.address + "/login/")
    there.page.get_by_label("Code", exact=True).fill(pyotp.TOTP(seed).at(int(time.time()) + 30))
    there.page.get_by_role("button", name="Log in", exact=True).click()
    there.page.wait_for_url(strict.address + "/")
    there.go("/leads/new/")
    there.page.get_by_label("Name", exact=True).first.fill("Typed before the end")

    here.go("/me/security/")
    here.page.get_by_role("button", name="End all others").click()
    expect(here.page.get_by_role("row").filter(has_text="This one")).to_be_visible()

    there.page.goto(strict.address + "/leads/new/")
    assert "/login/?next=/leads/new/" in there.page.url
    there.page.get_by_label("Work mail").fill(email)
    there.page.get_by_label("Password").fill(PASSWORD)
    there.page.get_by_role("button", name="Log in", exact=True).click()
    here.go("/me/security/")
    here.page.get_by_role("button", name="Make new codes").click()
    code = here.page.locator("#recovery-codes li").first.inner_text()
    there.page.get_by_text("Use a recovery code").click()
    there.page.get_by_label("Recovery code").fill(code)
    there.page.get_by_role("button", name="Log in with a recovery code").click()
    there.page.wait_for_url(re.compile(re.escape(strict.address + "/leads/new/")))
    expect(there.page.get_by_label("Name", exact=True).first).to_have_value("Typed before the end")
