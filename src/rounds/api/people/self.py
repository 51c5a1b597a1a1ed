"""The caller: whose token it is, and what it may."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from rounds.api.auth import AnyScope
from rounds.api.shapes import answer

router = Router(tags=["self"])


class Self(BaseModel):
    """The person a token acts for, and the token."""

    id: UUID
    name: str
    email: str
    role: str
    token: str
    scopes: list[str]
    expires_at: datetime | None


@router.get("/self", auth=AnyScope(), response=Self)
def show(request: HttpRequest) -> HttpResponse:
    """Who this token acts for. Any live token may ask."""
    user, token = request.user, request.auth
    return answer({"id": user.id, "name": user.name, "email": user.email, "role": user.role, "token": token.name,
                   "scopes": token.scopes, "expires_at": token.expires_at})  # fmt: skip
