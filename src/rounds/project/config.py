"""What a deployment may say: read from the environment (ROUNDS_*), typed, refused when weak."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.http.request import validate_host
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from rounds.actions.people.breaches import complaint
from rounds.project import mail
from rounds.project.providers import Providers

ROOT = Path(__file__).resolve().parents[3]


class Config(Providers):
    """The deployment's settings. `process` decides which database role a process runs as.

    `behind_tls_proxy`: the proxy in front ends TLS, sets X-Forwarded-Proto itself and lets no client set it.
    """

    model_config = SettingsConfigDict(env_prefix="ROUNDS_", extra="ignore", populate_by_name=True)

    mode: Literal["demo", "development", "test", "production"] = "development"
    process: Literal["web", "worker", "owner"] = "web"
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    database_url_web: str = ""
    database_url_worker: str = ""
    database_name: str = "rounds"
    data_dir: Path | None = None
    secret_key: str = ""
    hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    public_url: str = "http://127.0.0.1:8000"
    behind_tls_proxy: bool = False
    proxies: int = Field(default=0, ge=0, le=10)
    """How many proxies of ours stand in front: so many addresses of X-Forwarded-For are believed, from the right."""
    public_data: Path = ROOT.parent / "shared" / "data"
    company: str = "Rounds"
    postal_address: str = ""
    """Our postal address, which the law asks for in every commercial mail (CAN-SPAM); without it none is sent."""
    keyring: Path | None = None
    anchor_dir: Path | None = None
    backup_dir: Path | None = None
    backup_keep: int = Field(default=7, ge=1)
    """Backups kept: a week of daily ones, so that a mistake noticed after a weekend can still be undone."""
    archive_timeout: int = Field(default=60, ge=10, le=3600)
    """Seconds after which the log written so far is archived though its segment is not full: what a lost machine takes
    with it at most. A closed segment that is nearly empty costs some 20 KB in the folder of backups."""
    warehouse_dir: Path | None = None
    """The folder the worker keeps the star schema in for Tableau, Power BI and others (docs/warehouse.md); none where it is not set."""
    warehouse_as: str = ""
    """The e-mail address of the person through whose eyes it is made: the folder holds what they may see and take out."""
    static_dir: Path | None = None
    """Where `rounds assets collect` puts what browsers load, and `rounds serve` finds it (default: var/static)."""
    statements_dir: Path | None = None
    """Where the statements of numbers are kept once they are compiled; it may be emptied at any time."""
    outbound_allow: list[str] = []
    """Peers of an own network that may be spoken to, each "host:port": everything else outbound must be public."""
    breached_passwords: Path | None = None
    """A list of breached passwords: lines `SHA-1:count` in order of the hash. None: only the common ones are refused."""
    second_factor: Literal["policy", "offered"] = "policy"
    """policy: who access/sign_in.yaml asks for a second factor must have one. offered: whoever wants; for trying out."""
    smtp_host: str = ""
    """The server that takes our mail; none where it is not set."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_from: str = "Rounds <rounds@rounds.example>"
    smtp_authority: Path | None = None
    """Certificates of a mail server's own authority; None: those of this machine."""
    smtp_patience: float = Field(default=30.0, gt=0, le=300)
    mail_drop: Path | None = None
    """A folder that takes all mail instead of a server, for trying out."""
    sms_url: str = ""
    """Where codes by text message are posted, signed with `sms_key`; none where it is not set."""
    sms_key: str = Field(default="", repr=False)


def keyring(config: Config) -> Path:
    """The file of the key ring: the one named, else one beside the embedded database."""
    if config.keyring is not None:
        return config.keyring
    return (config.data_dir.with_name(f"{config.data_dir.name}-keys") if config.data_dir else ROOT / "var" / "keys") / "ring.json"


def anchors(config: Config) -> Path | None:
    """The folder of the audit chain's anchors: the one named, else one beside the embedded database; none in tests."""
    if config.anchor_dir is not None or config.mode == "test":
        return config.anchor_dir
    return config.data_dir.with_name(f"{config.data_dir.name}-anchors") if config.data_dir else ROOT / "var" / "anchors"


def backups(config: Config) -> Path:
    """The folder of backups: the one named, else one beside the embedded database (put it on another disk)."""
    if config.backup_dir is not None:
        return config.backup_dir
    return config.data_dir.with_name(f"{config.data_dir.name}-backups") if config.data_dir else ROOT / "var" / "backups"


def statements(config: Config) -> Path:
    """The folder of compiled statements: the one named, else one beside the embedded database."""
    if config.statements_dir is not None:
        return config.statements_dir
    return config.data_dir.with_name(f"{config.data_dir.name}-statements") if config.data_dir else ROOT / "var" / "statements"


SCHEMES = ("postgresql", "postgres")
ENCRYPTED = ("require", "verify-ca", "verify-full")
SHORTEST_KEY = 50
SHORTEST_SIGN = 32
EXAMPLES = ("insecure", "change", "example", "secret", "password", "placeholder")
"""Words of keys that were copied from somewhere; a random key of 50 characters holds none of them."""


class NotConfigured(Exception):
    """The environment says something Rounds cannot start with; the text says what and how to mend it."""


def read() -> Config:
    """The Config of this environment. Raises NotConfigured, one sentence for each thing that is wrong."""
    try:
        config = Config()
    except ValidationError as error:
        wrong = [f"ROUNDS_{str(e['loc'][0]).upper()} cannot be “{e['input']}”: {e['msg']}." for e in error.errors()]
        raise NotConfigured(" ".join(wrong)) from None
    if found := [*mistakes(config), *weaknesses(config)]:
        raise NotConfigured(" ".join(found))
    return config


def mistakes(config: Config) -> list[str]:
    """Sentences that name what no process can start with, in any mode."""
    found = []
    for name, url in addresses(config).items():
        try:
            parts = urlsplit(url)
            fits = parts.scheme in SCHEMES and (parts.port is None or parts.port > 0)
        except ValueError:
            fits = False
        if not fits:
            found.append(f"{name} must look like postgresql://user:password@host:5432/rounds?sslmode=verify-full.")
    found += mail.mistakes(config)
    if config.sms_url and len(config.sms_key) < SHORTEST_SIGN:
        found.append(f"ROUNDS_SMS_KEY must hold at least {SHORTEST_SIGN} random characters, known to whoever sends the messages.")
    if any(not re.fullmatch(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+):[0-9]{1,5}", peer) for peer in config.outbound_allow):
        found.append('ROUNDS_OUTBOUND_ALLOW must name each peer as "host:port" in lower case, as in ["fhir.hospital.lan:443"].')
    if config.breached_passwords is not None and not config.breached_passwords.is_file():
        found.append("ROUNDS_BREACHED_PASSWORDS names no file; leave it out, or name a list of lines SHA-1:count.")
    elif config.breached_passwords is not None and (said := complaint(config.breached_passwords)):
        found.append(f"ROUNDS_BREACHED_PASSWORDS: {said}")
    return found


def weaknesses(config: Config) -> list[str]:
    """Sentences that name why a production process must not start; empty when it may."""
    if config.mode != "production":
        return []
    return [*_weak_key(config), *_weak_databases(config), *_weak_door(config), *_weak_people(config), *mail.weaknesses(config)]


def _weak_key(config: Config) -> list[str]:
    found = []
    if len(config.secret_key) < SHORTEST_KEY or len(set(config.secret_key)) < 10:
        found.append(f"ROUNDS_SECRET_KEY must be set to at least {SHORTEST_KEY} random characters.")
    elif any(word in config.secret_key.lower() for word in EXAMPLES):
        found.append("ROUNDS_SECRET_KEY was copied from an example; make one of your own.")
    if config.keyring is None or not config.keyring.is_file() or config.keyring.stat().st_mode & 0o077:
        found.append("ROUNDS_KEYRING must name a key ring only its owner can read; `rounds keys make FILE` makes one.")
    return found


def _weak_door(config: Config) -> list[str]:
    """What is wrong with the way browsers come in."""
    found = []
    if not config.public_url.startswith("https://"):
        found.append("ROUNDS_PUBLIC_URL must begin with https://.")
    if "*" in config.hosts:
        found.append('ROUNDS_HOSTS must name the hosts that are served, as in ["rounds.example.com"]; * names none.')
    elif not validate_host(urlsplit(config.public_url).hostname or "", config.hosts):
        found.append("ROUNDS_HOSTS must hold the host of ROUNDS_PUBLIC_URL, or nobody gets in.")
    if not config.behind_tls_proxy:
        found.append("ROUNDS_BEHIND_TLS_PROXY must be true: `rounds serve` speaks plain HTTP, and production is TLS only.")
    elif not config.proxies:
        found.append(
            "ROUNDS_PROXIES must say how many proxies stand in front, or every visitor has the proxy's address and "
            "limits meet everybody at once."
        )
    return found


def _weak_people(config: Config) -> list[str]:
    if config.second_factor != "policy":
        return ["ROUNDS_SECOND_FACTOR must be policy: second factors are not optional in production."]
    return []


def _weak_databases(config: Config) -> list[str]:
    own = own_address(config)
    if own not in addresses(config):
        return [f"{own} must point at a PostgreSQL server for this process; the embedded one is for trying out."]
    found, urls = [], addresses(config).values()
    if len({unquote(urlsplit(url).username or "") for url in urls}) < len(urls):
        found.append(
            "DATABASE_URL, ROUNDS_DATABASE_URL_WEB and ROUNDS_DATABASE_URL_WORKER must log in as three roles: "
            "one database role for everything is refused in production."
        )
    if not all(map(_private, urls)):
        found.append("Every database address needs sslmode=require (or better) unless it is a local socket.")
    return found


def own_address(config: Config) -> str:
    """The variable that holds the address of this process's own role."""
    return {
        "web": "ROUNDS_DATABASE_URL_WEB",
        "worker": "ROUNDS_DATABASE_URL_WORKER",
        "owner": "DATABASE_URL",
    }[config.process]


def addresses(config: Config) -> dict[str, str]:
    """The database addresses that are set, by the name of their variable."""
    said = {
        "DATABASE_URL": config.database_url,
        "ROUNDS_DATABASE_URL_WEB": config.database_url_web,
        "ROUNDS_DATABASE_URL_WORKER": config.database_url_worker,
    }
    return {name: url for name, url in said.items() if url}


def _private(url: str) -> bool:
    """Whether nobody on the way can read: TLS, or a socket of this machine."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    host = options.get("host", [unquote(parts.hostname or "")])[-1]
    return host.startswith("/") or options.get("sslmode", [""])[-1] in ENCRYPTED
