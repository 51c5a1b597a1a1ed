"""Where sessions live: in our own table, found by the digest of the cookie, with who and since when as columns.

Django's session engine by settings.SESSION_ENGINE. What a limit of access/sign_in.yaml ends is ended here, whichever
page is asked for: a session that is too old or too long idle is no session.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, IntegrityError, router, transaction

from rounds.actions.people.sessions import drop_old, end, ended_by, limits
from rounds.kit.clock import now
from rounds.models import Session


class SessionStore(SessionBase):
    """`row` is the session's row once it was loaded, None for a fresh one."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None

    def _digest(self) -> str:
        return hashlib.sha256((self.session_key or "").encode()).hexdigest()

    def load(self) -> dict[str, Any]:
        """The session's data; {} when it is unknown, ended, too old or too long idle."""
        at = now()
        row = Session.objects.filter(cookie_digest=self._digest(), ended_at=None).first() if self.session_key else None
        why = "" if row is None else "absolute" if row.expire_date <= at else ended_by(row, at)
        if row is None or why:
            if row is not None:
                end(Session.objects.filter(pk=row.pk), why=why, at=at)
            self._session_key = None
            return {}
        self.row = row
        try:
            return self.decode(row.session_data)
        except SuspiciousOperation:
            return {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(cookie_digest=hashlib.sha256(session_key.encode()).hexdigest()).exists()

    def create(self) -> None:
        # 190 random bits: a key that is there already means a fault, not bad luck.
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def cycle_key(self) -> None:
        """Give the session another cookie; it stays the same session, with its beginning and its device."""
        self._get_session()
        if self._session_key is None or self.row is None:
            return super().cycle_key()
        self._session_key = self._get_new_session_key()
        self.row.cookie_digest = self._digest()
        self.row.save(force_update=True, update_fields=["cookie_digest"])
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write the session. Who logs in begins anew: `began_at` and `proved_at` are the moment of the log-in."""
        if self.session_key is None:
            return self.create()
        data, at = self._get_session(no_load=must_create), now()
        person = data.get(SESSION_KEY)
        said: dict[str, Any] = {"session_data": self.encode(data), "user_id": UUID(person) if person else None}
        before = None if must_create else self.row
        if before is None or str(before.user_id or "") != str(person or ""):
            said |= {"began_at": at, "seen_at": at, "proved_at": at if person else None}
            said["expire_date"] = at + self._longest()
        using = router.db_for_write(Session)
        try:
            with transaction.atomic(using=using):
                if must_create or before is None:
                    row = Session(cookie_digest=self._digest(), **said)
                    row.save(force_insert=True, using=using)
                else:
                    row = before
                    for name, value in said.items():
                        setattr(row, name, value)
                    row.save(force_update=True, update_fields=list(said), using=using)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError:
            if not must_create:
                raise UpdateError from None
            raise
        self.row = row

    @staticmethod
    def _longest() -> timedelta:
        return limits().absolute.span

    def delete(self, session_key: str | None = None) -> None:
        """End a session; the row of one that somebody was logged in to stays for the list."""
        key = session_key or self.session_key
        if key:
            rows = Session.objects.filter(cookie_digest=hashlib.sha256(key.encode()).hexdigest())
            end(rows.exclude(user=None), why="logged out", at=now())
            rows.filter(user=None).delete()
            if key == self.session_key:
                self.row = None

    @classmethod
    def clear_expired(cls) -> None:
        drop_old(at=now())
