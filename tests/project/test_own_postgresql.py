"""A PostgreSQL of one's own, as docs/deploying.md says: production mode, three logins, the oldest version found here."""

from __future__ import annotations

import getpass
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rounds.kit import keys

ROOT = Path(__file__).resolve().parents[2]
FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
PROGRAMS = next((p.parent for p in FOUND if int(p.parts[-3]) >= 15), None)
ROLES = {"DATABASE_URL": "rounds_owner", "ROUNDS_DATABASE_URL_WEB": "rounds_web", "ROUNDS_DATABASE_URL_WORKER": "rounds_worker"}
OWN = {"migrate": "DATABASE_URL"}
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL from version 15 is installed here")


def lender() -> str:
    """The account PostgreSQL runs as: ours, or, as root, one that it accepts."""
    if os.geteuid() != 0:
        return getpass.getuser()
    accounts = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    """The socket folder of a server with passwords for everybody but its superuser."""
    base = Path(tempfile.mkdtemp(prefix="own-", dir="/tmp"))
    account = lender()
    shutil.chown(base, account)
    base.chmod(0o755)

    def run(*command: str | Path) -> None:
        as_other = {"user": account} if os.geteuid() == 0 else {}
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, cwd=base, **as_other)
        assert done.returncode == 0, done.stderr + done.stdout

    data = base / "data"
    run(PROGRAMS / "initdb", "-D", data, "-U", "boss", "-E", "UTF8", "--locale", "C", "--auth", "scram-sha-256",
        "--auth-local", "trust", "-N")  # fmt: skip
    (data / "pg_hba.conf").write_text("local all boss trust\nlocal all all scram-sha-256\n")
    run(PROGRAMS / "pg_ctl", "-D", data, "-w", "-l", base / "log", "-o", f"-k {base} -c listen_addresses=''", "start")
    try:
        with psycopg.connect(host=str(base), user="boss", dbname="postgres", autocommit=True) as boss:
            for role in ROLES.values():
                boss.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'p%w of {role}'")
            boss.execute("CREATE DATABASE rounds OWNER rounds_owner ENCODING 'UTF8'")
        yield base
    finally:
        run(PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(base, ignore_errors=True)


def rounds(socket: Path, *command: str) -> str:
    """One command in production mode, with the address of its own role and no other."""
    name, ring = OWN.get(command[0], "ROUNDS_DATABASE_URL_WORKER"), socket / "ring.json"
    if not ring.exists():
        keys.write(ring, keys.fresh())
    environment = {
        "PATH": os.environ["PATH"], "ROUNDS_MODE": "production", "ROUNDS_PUBLIC_URL": "https://rounds.example",
        "ROUNDS_HOSTS": '["rounds.example"]', "ROUNDS_SECRET_KEY": "k3y-of-a-deployment:9fQ0zLw7Yb1nUe5cXr8tVm2aHs4dJg6p",
        "ROUNDS_KEYRING": str(ring), "ROUNDS_ANCHOR_DIR": str(socket / "anchors"), "ROUNDS_BEHIND_TLS_PROXY": "true", "ROUNDS_PROXIES": "1",
        name: f"postgresql://{ROLES[name]}:p%25w%20of%20{ROLES[name]}@/rounds?host={socket}",
    }  # fmt: skip
    run = [sys.executable, "-c", "from rounds.cli.main import main; main()", *command]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_migrated_used_and_verified(socket):
    first = json.loads(rounds(socket, "migrate", "--json"))
    assert json.loads(rounds(socket, "migrate", "--json")) == first, "a second run changes nothing"
    added = json.loads(rounds(socket, "user", "add", "ada@own.example", "Ada", "--role", "admin", "--json"))
    assert added["link"].startswith("https://rounds.example/login/link/")
    verified = rounds(socket, "audit", "verify")
    assert "write" in verified.lower()
    with psycopg.connect(host=str(socket), user="rounds_web", password="p%w of rounds_web", dbname="rounds") as web:
        assert web.execute("SELECT count(*) FROM rounds_user").fetchone() == (1,)
        assert web.execute("SELECT count(*) FROM rounds_event").fetchone() == (0,), "nothing is seen without a sight"
        assert web.execute("SELECT word FROM rounds_words('Muñoz')").fetchone() == ("munoz",)
