"""Mail of a deployment: nothing in the clear to another machine, no folder instead of people, no address of the example."""

from __future__ import annotations

from pathlib import Path

import pytest

from rounds.project import mail
from rounds.project.config import Config

SOUND = {"mode": "production", "smtp_host": "mail.example.com", "smtp_from": "Rounds <rounds@example.com>"}


def said(**more) -> Config:
    return Config.model_construct(**{**Config().model_dump(), **SOUND, **more})


def test_a_sound_one_says_nothing():
    assert mail.mistakes(said()) == mail.weaknesses(said()) == []
    assert mail.weaknesses(said(smtp_host="127.0.0.1", smtp_security="none")) == []
    assert mail.weaknesses(said(smtp_host="")) == []


@pytest.mark.req("SEC-11")
@pytest.mark.parametrize(("more", "word"), [
    ({"smtp_security": "none"}, "ROUNDS_SMTP_SECURITY"),
    ({"smtp_security": "none", "smtp_host": "10.0.0.9"}, "ROUNDS_SMTP_SECURITY"),
    ({"smtp_from": "Rounds <rounds@rounds.example>"}, "ROUNDS_SMTP_FROM"),
    ({"mail_drop": Path("/tmp/mail"), "smtp_host": ""}, "ROUNDS_MAIL_DROP"),
])  # fmt: skip
def test_a_weak_one_is_named(more, word):
    (sentence,) = mail.weaknesses(said(**more))
    assert word in sentence


@pytest.mark.parametrize(("more", "word"), [
    ({"smtp_from": "Rounds"}, "ROUNDS_SMTP_FROM"), ({"smtp_authority": Path("/nowhere.pem")}, "ROUNDS_SMTP_AUTHORITY"),
    ({"mail_drop": Path("/tmp/mail")}, "ROUNDS_MAIL_DROP"),
])  # fmt: skip
def test_a_mistake_is_named_in_any_mode(more, word):
    (sentence,) = mail.mistakes(said(mode="development", **more))
    assert word in sentence


def test_the_password_is_printed_nowhere():
    assert "hunter2" not in repr(said(smtp_password="hunter2"))


def test_the_demo_lays_its_mail_into_a_folder_and_production_never_does(tmp_path):
    assert mail.mail_drop(said(mode="demo", smtp_host="", data_dir=tmp_path / "pg")) == tmp_path / "pg-mail"
    assert mail.mail_drop(said(mode="demo")) is None
    assert mail.mail_drop(said(smtp_host="")) is None
