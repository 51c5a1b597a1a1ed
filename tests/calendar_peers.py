"""The calendar of a small peer on loopback: what of Microsoft Graph and Google Calendar is used, refused where the real ones refuse."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MARKED = re.compile(r"singleValueExtendedProperties/Any\(ep: ep/id eq '(String \{[0-9a-f-]{36}\} Name \w+)' and ep/value eq '([^']+)'\)")
GOOGLE_ID = re.compile(r"[a-v0-9]{5,1024}")
Said = dict[str, object]
PAGE = 2


def moment(said: str) -> datetime:
    found = datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class CalendarPeer:
    """Events by id. `asked`: the fields of events that were asked for, the whole event where none were named."""

    def __init__(self) -> None:
        self.events: dict[str, Said] = {}
        self.gone: set[str] = set()
        self.asked: list[str] = []
        self.crowded = False
        self.base = ""

    def put(self, starts: str, ends: str, subject: str = "A secret between two", **more: object) -> None:
        """Something its owner does, in UTC."""
        self.events[f"own{len(self.events)}="] = {"subject": subject, "start": {"dateTime": starts}, "end": {"dateTime": ends}, "showAs": "busy", **more}

    def titled(self, title: str) -> list[Said]:
        """What stands there under a title, by either provider."""
        return [one for one in self.events.values() if title in (one.get("subject"), one.get("summary"))]

    def graph(self, verb: str, parts: list[str], asked: dict[str, str], said: Said, prefer: str) -> tuple[int, object]:
        if parts[2] == "calendarView":
            return self._view(asked, prefer)
        if verb == "GET":
            mark, value = MARKED.fullmatch(asked["$filter"]).groups()
            return 200, {"value": [{"id": key} for key, one in self.events.items() if {"id": mark, "value": value} in one.get("singleValueExtendedProperties", [])]}
        if verb == "POST":
            assert said["start"]["timeZone"] == "UTC"
            assert not any(one.get("transactionId") == said["transactionId"] for one in self.events.values())
            key = f"m{len(self.events)}="
            self.events[key] = dict(said)
            return 201, {"id": key}
        key = parts[3].replace("%3D", "=")
        if key not in self.events:
            return 404, {}
        if verb == "DELETE":
            del self.events[key]
            return 204, b""
        self.events[key] |= said
        return 200, {"id": key}

    def _view(self, asked: dict[str, str], prefer: str) -> tuple[int, object]:
        assert prefer == 'outlook.timezone="UTC"'
        fields, at = asked["$select"].split(","), int(asked.get("$skip", 0))
        self.asked += fields
        since, until = moment(asked["startDateTime"]), moment(asked["endDateTime"])
        rows = [one for one in self.events.values() if moment(one["start"]["dateTime"]) < until and moment(one["end"]["dateTime"]) > since]
        shown = [{name: self._said(one, name) for name in fields if name in one} for one in rows[at : at + PAGE]]
        query = "&".join(f"{name}={value}" for name, value in asked.items() if name != "$skip")
        more = {"@odata.nextLink": f"{self.base}/v1.0/me/calendarView?{query}&$skip={at + PAGE}"} if at + PAGE < len(rows) else {}
        return 200, {"value": shown} | more

    @staticmethod
    def _said(one: Said, name: str) -> object:
        """Times as Graph says them: with seven digits behind the second."""
        return {"dateTime": f"{one[name]['dateTime'][:19]}.0000000", "timeZone": "UTC"} if name in ("start", "end") else one[name]

    def google(self, verb: str, parts: list[str], asked: dict[str, str], said: Said, _: str) -> tuple[int, object]:
        if self.crowded:
            return 403, {"error": {"errors": [{"reason": "rateLimitExceeded"}]}}
        if parts[2] == "freeBusy":
            assert said["items"] == [{"id": "primary"}]
            since, until = moment(said["timeMin"]), moment(said["timeMax"])
            rows = [(moment(one["start"]["dateTime"]), moment(one["end"]["dateTime"])) for one in self.events.values() if one.get("showAs") != "free"]
            busy = [{"start": starts.isoformat(), "end": ends.isoformat()} for starts, ends in rows if starts < until and ends > since]
            return 200, {"calendars": {"primary": {"busy": busy}}}
        assert parts[:5] == ["calendar", "v3", "calendars", "primary", "events"]
        assert asked == {"sendUpdates": "none"}, "the invitation is ours"
        key = parts[5] if len(parts) > 5 else str(said.pop("id"))
        assert GOOGLE_ID.fullmatch(key)
        if verb == "POST":
            if key in self.events or key in self.gone:
                return 409, {}
        elif key not in self.events and key not in self.gone:
            return 404, {}
        elif verb == "DELETE":
            if key in self.gone:
                return 410, {}
            del self.events[key]
            self.gone.add(key)
            return 204, b""
        self.events[key] = dict(said)
        self.gone.discard(key)
        return 200, {"id": key}
