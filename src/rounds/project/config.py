"""What a deployment may say: read from the environment (ROUNDS_*), typed, refused when weak."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[3]


class Config(BaseSettings):
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
    keyring: Path | None = None
    second_factor: Literal["policy", "offered"] = "policy"
    """policy: who access/sign_in.yaml asks for a second factor must have one. offered: whoever wants; for trying out."""
    sms_url: str = ""
    """Where codes by text message are posted, signed with `sms_key`; none where it is not set."""
    sms_key: str = Field(default="", repr=False)


def keyring(config: Config) -> Path:
    """The file of the key ring: the one named, else one beside the embedded database."""
    if config.keyring is not None:
        return config.keyring
    return (config.data_dir.with_name(f"{config.data_dir.name}-keys") if config.data_dir else ROOT / "var" / "keys") / "ring.json"


SCHEMES = ("postgresql", "postgres")
ENCRYPTED = ("require", "verify-ca", "verify-full")
SHORTEST_KEY = 50


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
    return found


def weaknesses(config: Config) -> list[str]:
    """Sentences that name why a production process must not start; empty when it may."""
    if config.mode != "production":
        return []
    found = []
    if len(config.secret_key) < SHORTEST_KEY or len(set(config.secret_key)) < 10:
        found.append(f"ROUNDS_SECRET_KEY must be set to at least {SHORTEST_KEY} random characters.")
    found += _weak_databases(config)
    if not config.public_url.startswith("https://"):
        found.append("ROUNDS_PUBLIC_URL must begin with https://.")
    if config.keyring is None or not config.keyring.is_file() or config.keyring.stat().st_mode & 0o077:
        found.append("ROUNDS_KEYRING must name a key ring only its owner can read; `rounds keys make FILE` makes one.")
    if config.second_factor != "policy":
        found.append("ROUNDS_SECOND_FACTOR must be policy: second factors are not optional in production.")
    if "*" in config.hosts:
        found.append('ROUNDS_HOSTS must name the hosts that are served, as in ["rounds.example.com"]; * names none.')
    return found


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
