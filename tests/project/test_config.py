"""What a deployment may say: weak production is refused in sentences, and every address leads to the right role."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from rounds.kit import keys
from rounds.project.config import Config, NotConfigured, mistakes, read, weaknesses
from rounds.project.databases import database

ROOT = Path(__file__).resolve().parents[2]
KEY = "k3y-of-a-deployment:9fQ0zLw7Yb1nUe5cXr8tVm2aHs4dJg6p"
TLS = "sslmode=verify-full"
SOUND = {
    "mode": "production",
    "process": "web",
    "secret_key": KEY,
    "database_url": "",
    "database_url_web": f"postgresql://rounds_web:pw@db.example/rounds?{TLS}",
    "public_url": "https://rounds.example",
    "hosts": ["rounds.example"],
    "behind_tls_proxy": True,
    "proxies": 1,
}


@pytest.fixture(autouse=True)
def _ring(tmp_path, monkeypatch):
    """A sound key ring, as `rounds keys make` leaves it."""
    path = tmp_path / "ring.json"
    keys.write(path, keys.fresh())
    monkeypatch.setitem(SOUND, "keyring", path)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("ROUNDS_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def config(**said) -> Config:
    return Config(**{**SOUND, **said})


def test_a_sound_production_starts():
    assert weaknesses(config()) == mistakes(config()) == []
    both = config(database_url=f"postgresql://rounds_owner:pw@db.example/rounds?{TLS}", process="owner")
    assert weaknesses(both) == []


WEAK = {
    "no key": ({"secret_key": ""}, "ROUNDS_SECRET_KEY"),
    "a short key": ({"secret_key": KEY[:49]}, "ROUNDS_SECRET_KEY"),
    "a key of one letter": ({"secret_key": "a" * 60}, "ROUNDS_SECRET_KEY"),
    "the embedded database": ({"database_url_web": ""}, "ROUNDS_DATABASE_URL_WEB"),
    "the owner's address for the web": (
        {"database_url_web": "", "database_url": f"postgresql://rounds_owner@db/rounds?{TLS}"}, "ROUNDS_DATABASE_URL_WEB"),
    "no address for the worker": ({"process": "worker"}, "ROUNDS_DATABASE_URL_WORKER"),
    "no address for the owner": ({"process": "owner"}, "DATABASE_URL"),
    "one role for all": (
        {"database_url": f"postgresql://rounds_web:pw@db.example/rounds?{TLS}"}, "three roles"),
    "a database without TLS": ({"database_url_web": "postgresql://rounds_web@db.example/rounds"}, "sslmode=require"),
    "TLS switched off": ({"database_url_web": "postgresql://rounds_web@db/rounds?sslmode=disable"}, "sslmode=require"),
    "TLS if it pleases": ({"database_url_web": "postgresql://rounds_web@db/rounds?sslmode=prefer"}, "sslmode=require"),
    "a word that looks like TLS": (
        {"database_url_web": "postgresql://rounds_web@db/rounds?application_name=sslmode=require"}, "sslmode=require"),
    "another address without TLS": (
        {"database_url_worker": "postgresql://rounds_worker@db/rounds"}, "sslmode=require"),
    "no https": ({"public_url": "http://rounds.example"}, "ROUNDS_PUBLIC_URL"),
    "every host": ({"hosts": ["*"]}, "ROUNDS_HOSTS"),
    "hosts without its own": ({"hosts": ["other.example"]}, "ROUNDS_HOSTS must hold"),
    "a key of an example": ({"secret_key": "django-insecure-" + KEY}, "copied"),
    "no TLS in front": ({"behind_tls_proxy": False}, "ROUNDS_BEHIND_TLS_PROXY"),
    "a proxy nobody counts": ({"proxies": 0}, "ROUNDS_PROXIES"),
    "no second factor": ({"second_factor": "offered"}, "ROUNDS_SECOND_FACTOR"),
    "a key ring that is not there": ({"keyring": Path("/nonexistent/ring.json")}, "ROUNDS_KEYRING"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "named"), WEAK.values(), ids=WEAK)
def test_a_weak_production_is_refused_in_one_sentence(said, named):
    found = weaknesses(config(**said))
    assert len(found) == 1
    assert named in found[0]
    assert found[0].endswith(".")
    assert "pw" not in found[0], "no sentence holds a secret"


def test_every_weakness_is_said_at_once():
    assert len(weaknesses(Config(mode="production"))) == 5
    assert weaknesses(Config(mode="demo")) == weaknesses(Config()) == []


def test_a_local_socket_needs_no_tls():
    for url in ("postgresql://rounds_web@/rounds?host=/run/postgresql", "postgresql://rounds_web@%2Frun%2Fpg/rounds",
                "postgresql://rounds_web@/rounds?host=%2Frun%2Fpostgresql"):  # fmt: skip
        assert weaknesses(config(database_url_web=url)) == [], url


@pytest.mark.parametrize("url", ["mysql://db/rounds", "sqlite:///x", "rounds", "postgresql://db:port/rounds", "//[", "postgresql://db:99999/x"])
def test_an_address_of_something_else_is_refused_in_any_mode(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(NotConfigured, match="DATABASE_URL must look like postgresql://"):
        read()


@pytest.mark.parametrize("peer", ["fhir.lan", "https://fhir.lan", "fhir.lan:443/x", "*:443", "FHIR.lan:443", ""])
def test_a_peer_is_named_with_its_port(peer, monkeypatch):
    assert mistakes(config(outbound_allow=[peer]))
    assert mistakes(config(outbound_allow=["fhir.lan:443", "[fd00::1]:8443", "10.0.0.7:80"])) == []


def test_a_mode_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv("ROUNDS_MODE", "prod")
    with pytest.raises(NotConfigured, match="ROUNDS_MODE cannot be “prod”"):
        read()


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_the_command_says_it_in_sentences(command):
    """No trace, exit status 2, and nothing was started."""
    environment = {"PATH": os.environ["PATH"], "ROUNDS_MODE": "production"}
    run = [sys.executable, "-c", "from rounds.cli.main import main; main()", command]
    said = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert said.returncode == 2
    assert said.stderr.startswith("rounds: Rounds does not start like this. ROUNDS_SECRET_KEY")
    assert "Traceback" not in said.stderr
    assert "DATABASE_URL" in said.stderr


# ---- addresses --------------------------------------------------------------------------------------------------------
def test_an_address_is_read_whole():
    url = "postgres://us%40er:p%2Fw%3A@db.example:6543/na%20me?sslmode=require&application_name=rounds"
    said = database(Config(database_url=url, process="owner"))
    assert {key: said[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")} == {
        "NAME": "na me", "HOST": "db.example", "PORT": "6543", "USER": "us@er", "PASSWORD": "p/w:",
    }  # fmt: skip
    assert said["OPTIONS"] == {"sslmode": "require", "application_name": "rounds", "connect_timeout": 10}


def test_an_address_without_a_name_means_rounds():
    said = database(Config(database_url="postgresql://db.example", process="owner"))
    assert (said["NAME"], said["PORT"], said["USER"]) == ("rounds", "", "")


def test_each_process_takes_its_own_address_and_steps_down_to_its_role():
    said = {
        process: database(Config(
            process=process, database_url="postgresql://own@db/r", database_url_web="postgresql://w@db/r",
            database_url_worker="postgresql://k@db/r?options=-c%20work_mem%3D8MB",
        ))
        for process in ("web", "worker", "owner")
    }  # fmt: skip
    assert {process: one["USER"] for process, one in said.items()} == {"web": "w", "worker": "k", "owner": "own"}
    assert said["web"]["OPTIONS"]["options"] == "-c role=rounds_web -c statement_timeout=120000", "no request holds the database for longer than two minutes"
    assert said["worker"]["OPTIONS"]["options"] == "-c work_mem=8MB -c role=rounds_worker"
    assert "options" not in said["owner"]["OPTIONS"]


@pytest.mark.parametrize("process", ["web", "worker"])
def test_one_address_for_all_still_meets_row_security(server, clone, process):
    """One login: the session steps down to its role, sees nothing without a sight, and cannot rewrite evidence."""
    url = server.dsn("postgres", clone(f"one_address_{process}"))
    said = database(Config(database_url=url, process=process))
    with psycopg.connect(
        dbname=said["NAME"], host=said["HOST"], port=said["PORT"] or None, user=said["USER"],
        options=said["OPTIONS"]["options"],
    ) as connection:  # fmt: skip
        assert connection.execute("SELECT current_user").fetchone() == (f"rounds_{process}",)
        connection.execute("SET rounds.sight = 'system'")
        seen = connection.execute("SELECT count(*) FROM rounds_event").fetchone()[0]
        assert seen == (0 if process == "web" else 1), "the worker alone looks as the system"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM rounds_auditentry")


@pytest.mark.req("SEC-04")
def test_a_list_of_breached_passwords_that_is_none_is_refused(tmp_path, monkeypatch):
    from rounds.project import config

    file = tmp_path / "list"
    monkeypatch.setenv("ROUNDS_BREACHED_PASSWORDS", str(file))
    with pytest.raises(config.NotConfigured, match="names no file"):
        config.read()
    file.write_text("password\n")
    with pytest.raises(config.NotConfigured, match="no list of lines HASH:count"):
        config.read()
    file.write_text(f"{'0' * 40}:3\n{'1' * 40}:5\n")
    assert config.read().breached_passwords == file
