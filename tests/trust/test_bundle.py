"""An evidence bundle is checked without a database: by us, by a stranger's Python, and not at all once it was touched."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest

from rounds.access.allowed import NotAllowed
from rounds.actions.trust import anchors, bundles
from rounds.documents.audit_check import check, status
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


def touched(bundle, name: str, change, **more) -> str:
    """A copy of the bundle with one member changed; `more`: others, by the name before their point."""
    other = bundle.with_name("touched.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            text, do = old.read(member), more.get(member.partition(".")[0])
            new.writestr(member, change(text) if member == name else do(text) if do else text)
    return str(other)


def key() -> str:
    return signing.signer().public.hex()


def each(change):
    """A change of one member by its lines, as data; a line whose change is None goes."""

    def do(text: bytes) -> bytes:
        kept = [said for line in text.splitlines() if (said := change(json.loads(line))) is not None]
        return b"".join(json.dumps(said, ensure_ascii=False).encode() + b"\n" for said in kept)

    return do


def about(**said):
    return lambda text: json.dumps(json.loads(text) | said).encode()


def test_it_holds_and_says_what_is_in_it(bundle):
    found = check(str(bundle), signing.signer().public.hex())
    assert (found["holds"], found["proven"], found["signed"]) == (True, True, True), found
    assert found["says"][-1].startswith("PROVEN")
    assert stat_of(bundle) == 0o600
    assert AuditEntry.objects.filter(verb="audit.bundle").get().detail["reason"] == "Mercy asked for it"


def stat_of(path) -> int:
    return path.stat().st_mode & 0o777


def test_a_stranger_checks_it_with_the_program_inside(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as pack:
        (tmp_path / "check.py").write_bytes(pack.read("check.py"))
        assert b"rounds.kit" not in pack.read("check.py")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ROUNDS", "DATABASE", "DJANGO"))}
    done = subprocess.run([sys.executable, "-I", str(tmp_path / "check.py"), str(bundle), key()], cwd=tmp_path, env=environment,
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


class TestAttacks:
    """What somebody does to a bundle who hands it on, and would have it pass."""

    @pytest.fixture
    def doubt(self, bundle):
        """Nothing is wrong with it, and yet: not proven, in a sentence, with a status other than 0."""

        def look(name, change, word, given=None, **more):
            found = check(touched(bundle, name, change, **more), given or key())
            assert (found["holds"], found["proven"], status(found)) == (True, False, 2), found
            assert found["says"][-1].startswith("NOT PROVEN")
            assert word in found["says"][-1]

        return look

    @pytest.fixture
    def fault(self, bundle):
        def look(name, change, word, given=None, **more):
            found = check(touched(bundle, name, change, **more), given or key())
            assert (found["holds"], found["proven"], status(found)) == (False, False, 1), found
            assert any(word in one for one in found["says"]), found
            assert "NOT PROVEN." in found["says"]

        return look

    def test_all_anchors_stripped(self, doubt):
        doubt("anchors.jsonl", lambda _: b"", "there are no anchors")

    def test_the_last_anchors_stripped(self, doubt):
        doubt("anchors.jsonl", lambda text: b"".join(line + b"\n" for line in text.splitlines()[:2]), "no anchor covers the entries of the write chain")

    def test_without_a_key_given_on_another_way(self, bundle):
        found = check(str(bundle))
        assert (found["holds"], found["proven"], status(found)) == (True, False, 2)
        assert "the public key came with the bundle" in found["says"][-1]

    @pytest.mark.parametrize("given", ["ab" * 32, "no key", "ab"])
    def test_another_key(self, bundle, given):
        found = check(str(bundle), given)
        assert (found["proven"], found["signed"], status(found)) == (False, False, 1)

    def test_anchors_signed_anew_by_another_key(self, fault):
        def forged(text):
            stranger, before, out = signing.Signer(os.urandom(32)), "", b""
            for line in text.splitlines():
                said = {name: value for name, value in json.loads(line).items() if name != "signature"}
                line = anchors._signed(said | {"before": before, "key": signing.name_of(stranger.public)}, stranger)
                out, before = out + line + b"\n", hashlib.sha256(line).hexdigest()
            return out

        fault("anchors.jsonl", forged, "not signed by the key")

    @pytest.mark.parametrize("chain", ["write", "read"])
    def test_the_last_entries_stripped_and_the_count_lowered(self, fault, chain, bundle):
        with zipfile.ZipFile(bundle) as pack:
            seals = [json.loads(line) for line in pack.read("seals.jsonl").splitlines()]
        gone = [one["id"] for one in seals if one["chain"] == chain][-2:]
        fault("entries.jsonl", each(lambda one: None if one["id"] in gone else one), "the anchor covers",
              seals=each(lambda one: None if one["id"] in gone else one), about=about(entries=len(seals) - 2))  # fmt: skip

    def test_entries_stripped_and_called_outside_the_days(self, fault):
        hide = each(lambda one: None if one.get("detail") == {"n": 2} else one)
        fault("entries.jsonl", hide, "is missing", seals=each(lambda one: one | {"inside": False}), about=about(entries=1))

    def test_entries_stripped_and_called_purged(self, fault):
        hide = each(lambda one: None if one.get("detail") == {"n": 2} else one)
        gap = [{"chain": chain, "first_seq": 1, "last_seq": 99} for chain in ("write", "read")]
        fault("entries.jsonl", hide, "entries, here are", gaps=lambda _: json.dumps(gap).encode())

    def test_a_whole_chain_stripped(self, fault):
        fault("entries.jsonl", each(lambda one: None if one["chain"] == "read" else one), "the anchor covers",
              seals=each(lambda one: None if one["chain"] == "read" else one))  # fmt: skip

    def test_an_entry_put_in_as_one_that_waits_for_its_seal(self, fault, bundle):
        def put_in(text):
            said = json.loads(text.splitlines()[0])
            return text + json.dumps(said | {"id": "0" * 8 + said["id"][8:], "unsealed": True}).encode() + b"\n"

        fault("entries.jsonl", put_in, "inserted")
        fault("entries.jsonl", lambda text: text + text.splitlines()[0] + b"\n", "inserted")

    def test_an_entry_altered_and_its_seals_made_anew(self, fault, bundle):
        """All links of the chain after it are counted again: it agrees with itself, not with what was signed."""
        with zipfile.ZipFile(bundle) as pack:
            entries = {one["id"]: one for one in map(json.loads, pack.read("entries.jsonl").splitlines())}
        before = {}

        def words(one):
            if one["chain"] == "write" and one["detail"].get("n") == 3:
                one |= {"verb": "other.deed", "sealed_text": one["sealed_text"].replace("test.deed", "other.deed")}
            return one

        def reseal(one):
            previous = before.get(one["chain"], one["previous"])
            text = words(entries[one["id"]])["sealed_text"]
            before[one["chain"]] = hashlib.sha256(bytes.fromhex(previous) + text.encode()).hexdigest()
            return one | {"previous": previous, "digest": before[one["chain"]]}

        fault("entries.jsonl", each(words), "the chain was written anew", seals=each(reseal))

    def test_the_anchors_of_another_bundle(self, bundle, officer, write, tmp_path, fault):
        write("test.more")
        other = tmp_path / "other.zip"
        at = now()
        bundles.write(other, at - timedelta(hours=1), at, person=officer.compliance, reason="Another", at=at)
        with zipfile.ZipFile(other) as pack:
            swapped, their = pack.read("anchors.jsonl"), json.loads(pack.read("about.json"))
        # They know this bundle too: the file only grows. Cut to what is theirs alone, or under their name, they do not.
        assert check(touched(bundle, "anchors.jsonl", lambda _: swapped), key())["proven"]
        fault("anchors.jsonl", lambda _: swapped, "signed for other days", about=about(bundle=their["bundle"]))
        fault("anchors.jsonl", lambda _: swapped, "the anchor covers", about=about(**{n: their[n] for n in ("bundle", "from", "to", "made_at")}))

    @pytest.mark.parametrize("said", [{"from": "2020-01-01T00:00:00+00:00"}, {"to": "2030-01-01T00:00:00+00:00"}, {"made_at": "2030-01-01T00:00:00+00:00"}])
    def test_other_days_written_over_it(self, fault, said):
        fault("about.json", about(**said), "signed for other days")

    @pytest.mark.parametrize("text", [b"[]", b"{", b""])
    def test_a_torn_member_is_said_so(self, bundle, text):
        found = check(touched(bundle, "about.json", lambda _: text), key())
        assert (found["proven"], status(found)) == (False, 1)

    def test_a_gap_that_hides_a_deletion_is_no_excuse_in_a_bundle(self, officer, anchored, write, as_owner, tmp_path):
        entry = write("test.deed")
        as_owner.execute("DELETE FROM rounds_auditentry WHERE id = %s", [entry.id])
        as_owner.execute("INSERT INTO rounds_purge (id, kind, rule, rows, held, reason, tombstones, at, by_kind, by_name)"
                         " VALUES (%s, 'AuditEntry', 'audit', 1, 0, '', '[]', now(), 'system', '')", [entry.id])  # fmt: skip
        as_owner.execute("INSERT INTO rounds_auditgap SELECT gen_random_uuid(), chain, seq, seq, id, now() + interval '9 years'"
                         " FROM rounds_auditseal WHERE id = %s", [entry.id])  # fmt: skip
        bundles.write(tmp_path / "gap.zip", None, None, person=officer.compliance, reason="x", at=now())
        assert any("is missing" in one for one in check(str(tmp_path / "gap.zip"), key())["says"])


def test_a_bundle_without_anchors_says_that_it_proves_nothing(officer, anchored, write, settings, tmp_path):
    settings.ANCHOR_DIR = None
    write("test.deed")
    file = tmp_path / "bare.zip"
    bundles.write(file, None, None, person=officer.compliance, reason="x", at=now())
    found = check(str(file), key())
    assert (found["proven"], status(found)) == (False, 2)


def test_a_day_can_be_taken_out_of_the_middle(officer, anchored, write, tmp_path):
    at = now()
    for days in (3, 2, 1):
        write("test.deed", at=at - timedelta(days=days), detail={"days": days})
    anchors.write(at=at)
    file = tmp_path / "day.zip"
    since, until = at - timedelta(days=2, hours=1), at - timedelta(days=1, hours=1)
    assert bundles.write(file, since, until, person=officer.admin, reason="One day", at=at) == 1
    assert check(str(file), key())["proven"]
    assert check(str(file), key())["entries"] == 1


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
        handed = run("anchor", "--key").stdout.split()[-1]
        assert run("check", str(file), "--key", handed).returncode == 0
        alone = run("check", str(file))
        assert (alone.returncode, "NOT PROVEN" in alone.stdout) == (2, True)
        bare = touched(file, "anchors.jsonl", lambda _: b"")
        assert run("check", bare, "--key", handed).returncode == 2
        assert json.loads(run("verify", "--json").stdout)["write"]["holds"]
        as_owner.execute("UPDATE rounds_auditentry SET verb = 'x' WHERE detail = '{\"n\": 1}'")
        broken = run("verify")
        assert broken.returncode == 1
        assert "was altered after it was sealed" in broken.stdout
        assert User.objects.filter(pk=officer.compliance.pk).exists()
