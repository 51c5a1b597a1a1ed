"""Where mailboxes may be connected by a log-in of their provider (docs/mailboxes.md), as part of the deployment's settings."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class Providers(BaseSettings):
    """Who we are to Microsoft and Google, and where they are; without a client id nobody connects a mailbox there."""

    microsoft_client_id: str = ""
    microsoft_client_secret: str = Field(default="", repr=False)
    microsoft_tenant: str = "organizations"
    """Whose people may: a tenant's id, or all organisations."""
    microsoft_login: str = "https://login.microsoftonline.com"
    microsoft_api: str = "https://graph.microsoft.com"
    google_client_id: str = ""
    google_client_secret: str = Field(default="", repr=False)
    google_login: str = "https://accounts.google.com"
    google_tokens: str = "https://oauth2.googleapis.com"
    google_api: str = "https://gmail.googleapis.com"
    google_calendars: str = "https://www.googleapis.com"
