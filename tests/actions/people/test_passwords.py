"""Passwords: which are taken, which are refused and why, and what a new one ends."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher

from rounds.actions.people import breaches, passwords
from rounds.actions.people.logins import NeverLogsIn
from rounds.kit.clock import now
from rounds.models import AuditEntry, OldPassword, Session

pytestmark = pytest.mark.req("SEC-04")
GOOD = "copper lantern thursday orchard"


def take(user, password, **how):
    return passwords.set(user, password, by=user.actor, at=how.pop("at", now()), **how)


def test_a_good_password_is_kept_as_argon2_and_nowhere_else(cast):
    take(cast.owner, GOOD)
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(GOOD)
    assert identify_hasher(cast.owner.password).algorithm == "argon2"
    assert cast.owner.password_at is not None
    assert GOOD not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert AuditEntry.objects.filter(verb="password.set", subject_id=cast.owner.id).count() == 1


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12 characters; this one has 5"),
        ("x" * 257, "at most 256"),
        ("OliviaGrant2026!", "Without them"),
        ("olivia@northwind-rounds.example", "Without them nothing is left"),
        ("Northwind-Rounds-1", "Without them"),
        ("q1w2e3r4t5y6", "most common"),
        ("1qaz2wsx3edc", "most common"),
    ],
)
def test_a_weak_password_is_refused_with_the_way_to_mend_it(cast, password, says):
    with pytest.raises(passwords.PasswordRefused, match=says):
        passwords.check(password, cast.owner)


def test_a_long_one_may_hold_ones_name(cast):
    passwords.check("olivia rides the copper lantern", cast.owner)


def test_none_of_the_last_five_is_taken_again(cast, settings):
    at, names = now(), ["alder", "birch", "cedar", "dogwood", "elm", "fir"]
    for day, name in enumerate(names):
        take(cast.owner, f"{name} lantern thursday orchard", at=at + timedelta(days=day))
    for name in names[1:]:
        with pytest.raises(passwords.PasswordRefused, match="not among your last 5"):
            passwords.check(f"{name} lantern thursday orchard", cast.owner)
    passwords.check("alder lantern thursday orchard", cast.owner)
    assert OldPassword.objects.filter(user=cast.owner).count() == 5


def test_a_new_password_ends_the_other_sessions(cast, door):
    here, there = door(cast.owner), door(cast.owner)
    assert here.get("/search/").status_code == there.get("/search/").status_code == 200
    keep = Session.objects.get(pk=here.session.row.pk) if getattr(here.session, "row", None) else None
    keep = keep or Session.objects.filter(user=cast.owner).order_by("began_at").first()
    take(cast.owner, GOOD, keep=keep)
    assert Session.objects.get(ended_at=None, user=cast.owner) == keep
    assert there.get("/search/").status_code == 302


def test_a_service_never_has_a_password(cast):
    with pytest.raises(NeverLogsIn):
        take(cast.integration, GOOD)


# ---- the list of breached ones ----
def listed(path, words, end="\n"):
    lines = sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{n + 1}" for n, word in enumerate(words))
    path.write_bytes(end.join(lines).encode() + (end.encode() if lines else b""))
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 100, 3000])
def test_every_listed_password_is_found_and_no_other(tmp_path, size, end):
    words = [f"word {n}" for n in range(size)]
    file = listed(tmp_path / "list", words, end)
    assert [breaches.times_seen(word, file) for word in words] == [n + 1 for n in range(size)]
    assert not any(breaches.times_seen(f"other {n}", file) for n in range(200))


def test_a_list_without_its_last_line_end_is_read_to_the_end(tmp_path):
    words = [f"word {n}" for n in range(50)]
    file = listed(tmp_path / "list", words)
    file.write_bytes(file.read_bytes().rstrip())
    assert all(breaches.times_seen(word, file) for word in words)


def test_a_list_of_gigabytes_is_sought_not_read(tmp_path, monkeypatch):
    """A sparse file of eight gigabytes: its middle answers after some forty reads, in far less than a second."""
    file = tmp_path / "list"
    with file.open("wb") as out:
        out.truncate(8 * 1024**3)
    reads = []
    real = breaches._line_from

    def counted(lines, at):
        reads.append(at)
        start = at - at % 48
        start = start if start == at else start + 48
        if start + 48 > os.path.getsize(file):
            return start, b""
        return start, f"{start // 48:040X}:1\r\n".encode().ljust(48, b" ")

    monkeypatch.setattr(breaches, "_line_from", counted)
    assert breaches.times_seen("nothing", file) == 0
    assert len(reads) < 80
    monkeypatch.setattr(breaches, "_line_from", real)


def test_a_breached_password_is_refused(cast, tmp_path, settings):
    file = listed(tmp_path / "list", [GOOD, "another one"])
    settings.CONFIG = settings.CONFIG.model_copy(update={"breached_passwords": file})
    with pytest.raises(passwords.PasswordRefused, match="stolen from somewhere else"):
        passwords.check(GOOD, cast.owner)
    passwords.check("copper lantern friday orchard", cast.owner)


def test_what_is_no_list_says_so(tmp_path):
    file = tmp_path / "list"
    file.write_text("password\n123456\n")
    assert "no list" in breaches.complaint(file)
    assert breaches.complaint(tmp_path / "missing").endswith("cannot be read: No such file or directory.")
    assert breaches.complaint(listed(file, ["a", "b", "c"])) == ""
    file.write_text("zzz\n" * 20)
    with pytest.raises(breaches.NotAList):
        breaches.times_seen("a", file)
