"""An evidence bundle is checked without a database: by us, by a stranger's Python, and not at all once it was touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest

from rounds.access.allowed import NotAllowed
from rounds.actions.trust import anchors, bundles
from rounds.documents.audit_check import check
from rounds.kit import signing
from rounds.kit.clock import now
from rounds.models import AuditEntry, User

pytestmark = pytest.mark.req("COMPL-01", "COMPL-02")


@pytest.fixture
def officer(as_owner):
    from rounds.access.sight import sight
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.scope import Scope

    with sight(Scope(everything=True)):
        return build_cast(now())


@pytest.fixture
def bundle(officer, anchored, write, read, tmp_path):
    for n in range(4):
        write("test.deed", detail={"n": n, "name": "Zoë “Q” Łukasz \x1f\n", "rate": 0.1})
        read("test.read", detail={"n": n})
    anchors.write(at=now())
    file = tmp_path / "evidence.zip"
    count = bundles.write(file, None, None, person=officer.compliance, reason="Mercy asked for it", at=now())
    assert count >= 8
    return file


def touched(bundle, name: str, change) -> str:
    """A copy of the bundle with one member changed."""
    other = bundle.with_name("touched.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            text = old.read(member)
            new.writestr(member, change(text) if member == name else text)
    return str(other)


def test_it_holds_and_says_what_is_in_it(bundle):
    found = check(str(bundle), signing.signer().public.hex())
    assert found["holds"], found
    assert found["signed"] is True
    assert stat_of(bundle) == 0o600
    assert AuditEntry.objects.filter(verb="audit.bundle").get().detail["reason"] == "Mercy asked for it"


def stat_of(path) -> int:
    return path.stat().st_mode & 0o777


def test_a_stranger_checks_it_with_the_program_inside(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as pack:
        (tmp_path / "check.py").write_bytes(pack.read("check.py"))
        assert b"rounds.kit" not in pack.read("check.py")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ROUNDS", "DATABASE", "DJANGO"))}
    done = subprocess.run([sys.executable, "-I", str(tmp_path / "check.py"), str(bundle)], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done
    assert "The bundle holds" in done.stdout


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("entries.jsonl", lambda t: t.replace(b"test.deed", b"test.dead")),
        ("entries.jsonl", lambda t: t.replace(b'"verb": "test.deed"', b'"verb": "test.dead"')),
        ("entries.jsonl", lambda t: t.replace(b'"n": 2,', b'"n": 3,', 1)),
        ("entries.jsonl", lambda t: b"\n".join(t.splitlines()[:-2]) + b"\n"),
        ("entries.jsonl", lambda t: t + t.splitlines()[0].replace(b'"id": "0', b'"id": "1') + b"\n"),
        ("seals.jsonl", lambda t: b"\n".join(t.splitlines()[:2] + t.splitlines()[3:]) + b"\n"),
        ("seals.jsonl", lambda t: t.replace(b'"digest": "', b'"digest": "00', 1)),
        ("anchors.jsonl", lambda t: t.replace(b'"seq":', b'"seq":1', 1)),
        ("anchors.jsonl", lambda t: t.splitlines()[1] + b"\n"),
        ("public-key.txt", lambda t: b"0 ed25519 " + b"ab" * 32),
    ],
)  # fmt: skip
def test_a_touched_bundle_does_not_hold(bundle, name, change):
    assert not check(touched(bundle, name, change))["holds"]


def test_a_day_can_be_taken_out_of_the_middle(officer, anchored, write, tmp_path):
    at = now()
    for days in (3, 2, 1):
        write("test.deed", at=at - timedelta(days=days), detail={"days": days})
    anchors.write(at=at)
    file = tmp_path / "day.zip"
    since, until = at - timedelta(days=2, hours=1), at - timedelta(days=1, hours=1)
    assert bundles.write(file, since, until, person=officer.admin, reason="One day", at=at) == 1
    assert check(str(file))["holds"]


def test_who_may_not_or_says_not_why_gets_nothing(officer, anchored, tmp_path):
    for person, reason, refusal in ((officer.owner, "x", NotAllowed), (officer.security, "x", NotAllowed), (officer.admin, " ", bundles.NoReason)):
        with pytest.raises(refusal):
            bundles.write(tmp_path / "no.zip", None, None, person=person, reason=reason, at=now())
    assert not (tmp_path / "no.zip").exists()


class TestTheCommand:
    @pytest.fixture
    def run(self, committed, anchored):
        folder = anchored.parent
        environment = {**os.environ, "ROUNDS_DATABASE_NAME": committed, "ROUNDS_ANCHOR_DIR": str(anchored),
                       "ROUNDS_KEYRING": str(folder / "keys" / "ring.json")}  # fmt: skip

        def do(*said: str) -> subprocess.CompletedProcess:
            command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "audit", *said]
            return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

        return do

    def test_verify_anchor_export_check(self, officer, run, write, as_owner, tmp_path):
        write("test.deed", detail={"n": 1})
        assert run("anchor").returncode == 0
        assert len(run("anchor", "--key").stdout.split()[-1]) == 64
        held = run("verify", "--json")
        assert held.returncode == 0, held
        said = json.loads(held.stdout)
        assert said["write"]["holds"]
        assert said["write"]["anchor"]["seq"] == said["write"]["links"]
        file = tmp_path / "out.zip"
        made = run("export", "--email", officer.compliance.email, "--reason", "A reviewer", "--from", f"{now():%Y-%m-%d}", str(file))
        assert made.returncode == 0, made
        assert run("check", str(file)).returncode == 0
        as_owner.execute("UPDATE rounds_auditentry SET verb = 'x' WHERE detail = '{\"n\": 1}'")
        broken = run("verify")
        assert broken.returncode == 1
        assert "was altered after it was sealed" in broken.stdout
        assert User.objects.filter(pk=officer.compliance.pk).exists()
