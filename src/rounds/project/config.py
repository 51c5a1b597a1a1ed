"""What a deployment may say: read from the environment (ROUNDS_*), typed, refused when weak."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[3]


class Config(BaseSettings):
    """The deployment's settings. `process` decides which database role a process runs as."""

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
    public_data: Path = ROOT.parent / "shared" / "data"
    company: str = "Rounds"


def weaknesses(config: Config) -> list[str]:
    """Sentences that name why a production process must not start; empty when it may."""
    if config.mode != "production":
        return []
    found = []
    if len(config.secret_key) < 50:
        found.append("ROUNDS_SECRET_KEY must be set to at least 50 random characters.")
    if not config.database_url:
        found.append("DATABASE_URL must point at a PostgreSQL server; the embedded one is for trying out.")
    elif not (config.database_url_web and config.database_url_worker):
        found.append(
            "ROUNDS_DATABASE_URL_WEB and ROUNDS_DATABASE_URL_WORKER must log in as their own roles: "
            "one database role for everything is refused in production."
        )
    for url in (config.database_url, config.database_url_web, config.database_url_worker):
        if url and "sslmode=" not in url and "host=/" not in url:
            found.append(
                "Every database address needs sslmode=require (or better) unless it is a local socket."
            )
            break
    if not config.public_url.startswith("https://"):
        found.append("ROUNDS_PUBLIC_URL must begin with https://.")
    return found
