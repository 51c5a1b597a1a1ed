"""An audit entry in words: who did what to what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "files": ("Files taken out", ("accounts.export", "contacts.export", "leads.export", "persons.export", "account.export",
                                  "what_if.export", "warehouse.refresh", "disclosures.export", "audit.export", "audit.bundle", "subject.export", "report.export")),
    "reads": ("Records read", ("account.read", "contact.read", "lead.read")),
    "lists": ("Lists and searches", ("accounts.list", "contacts.list", "leads.list", "account.list", "contact.list",
                                                "lead.list", "records.search", "today.read")),
    "logins": ("Log-ins", ("login", "login.by_link", "login.failed", "login.link", "invitation.link", "step_up", "logout",
                           "session.end", "device.recognise", "device.forget")),
    "refused": ("Refusals", ("access.denied",)),
    "people": ("People and roles", ("user.add", "user.change", "user.leave", "user.reinstate", "user.invite", "roles.change",
                                    "team.add", "team.change", "team.end", "token.make", "token.revoke", "password.set",
                                    "factor.add", "factor.remove", "factor.reset", "recovery_codes.make", "playbook.publish")),
    "reports": ("Reports", ("report.make", "report.send", "report.read", "report.preview", "report.export", "report.wish", "report.fail")),
    "audit": ("The trail itself", ("audit.read", "audit.export", "audit.bundle", "audit.verify", "disclosures.read")),
}  # fmt: skip
"""Groups of verbs a reader chooses from: key → (title, verbs)."""

SAYS = {
    "access.denied": "was refused", "account.read": "read", "contact.read": "read", "lead.read": "read",
    "account.export": "took out the brief of", "accounts.export": "exported {rows} account{s}",
    "contacts.export": "exported {rows} contact{s}", "leads.export": "exported {rows} lead{s}",
    "accounts.list": "looked at a list of accounts, {rows} shown", "contacts.list": "looked at a list of contacts, {rows} shown",
    "account.list": "listed accounts, {rows} shown", "contact.list": "listed contacts, {rows} shown", "lead.list": "listed leads, {rows} shown",
    "leads.list": "looked at a list of leads, {rows} shown", "today.read": "looked at their day",
    "warehouse.refresh": "took out the star schema, {rows} deals among it", "records.search": "searched for “{q}”, {rows} found", "what_if.export": "exported {rows} record{s} a draft would move",
    "what_if.read": "looked at {rows} record{s} a draft would move", "audit.read": "searched the audit trail",
    "audit.export": "exported {rows} audit entr{ies}", "audit.bundle": "made an evidence bundle of {rows} entr{ies}",
    "audit.verify": "verified both chains", "disclosures.read": "looked at who saw", "disclosures.export": "took out who saw",
    "login.by_link": "logged in by a link", "login.link": "made a log-in link for", "login": "logged in", "step_up": "proved who they are",
    "login.failed": "failed to log in", "logout": "logged out", "lead.capture": "added the lead", "lead.assign": "gave away the lead",
    "account.assign": "gave away the account", "token.make": "made an API token", "token.revoke": "ended an API token",
    "playbook.publish": "published the playbook", "records.change_many": "changed many records at once",
    "records.change_undo": "undid a change of many records",
    "report.make": "made the report", "report.send": "mailed the report", "report.read": "read the report", "report.preview": "looked at a report before it is made",
    "report.export": "took out the report", "report.wish": "said whether a report comes by mail to", "report.fail": "could not make a report for",
    "forecast.call": "called a quarter", "forecast.override": "held another number against a call", "forecast.judge": "held another view against the forecast of",
    "forecast.lock": "locked a quarter", "forecast.learn": "learned the forecast of all deals", "forecast.read": "looked at the forecast",
    "opportunitys.inspect": "went through deals one by one, {rows} shown", "quota.given": "set a quota", "quotas.list": "looked at the quotas",
    "numbers.kept": "kept how every deal stood", "numbers.read": "looked at the numbers", "scorecard.read": "looked at the scorecard",
}  # fmt: skip
PAST = {"read": "read", "set": "set", "make": "made", "begin": "began", "withdraw": "withdrew", "hold": "held back",
        "find": "looked up", "fill": "filled", "leave": "sent away", "tick": "ticked", "log": "logged", "taken": "took",
        "verified": "verified", "rotated": "turned", "purge": "let go by", "longer": "gave more time to", "run": "ran",
        "stop": "stopped", "ask": "asked for", "lift": "lifted", "override": "set by hand", "sign": "signed", "use": "used",
        "draft": "drafted", "end": "ended", "open": "opened", "facts": "loaded facts of", "accounts": "loaded accounts of",
        "score": "scored", "request": "opened", "evidence": "ticked a gate of", "undo": "undid"}  # fmt: skip
"""What was done, where adding -ed or -d would not say it."""
NOUNS = {"holds": "the legal holds", "retention": "retention", "agreements": "the agreements", "compliance": "the compliance page",
         "baa": "the BAA", "subject": "the request of", "phi": "a held text", "user": "the account of", "person": "the page of",
         "keys": "the keys", "outward": "the copy", "checks": "the checks", "backup": "a backup", "people": "the handover",
         "universe": "the hospital files", "portal": "their portal", "releases": "the releases", "hold": "the legal hold",
         "recovery_codes": "recovery codes", "session": "a session of", "factor": "a second factor",
         "device": "a browser", "records": "records", "form": "the form", "intelligence": "intelligence"}  # fmt: skip
"""What it was done to, where "the" and the noun would not say it."""
PARTS = {"overview": "", "preview": "in the side panel", "brief": "as a brief", "fit": "the fit"}
TOLD = ("reason", "query", "form", "part", "method", "route", "fields", "rows", "q", "ids", "door")
"""Details that have words of their own, or are for the record alone."""


def deed(verb: str, detail: Mapping[str, Any]) -> str:
    """What was done, to be followed by the name of what it was done to."""
    rows = detail.get("rows")
    known = {"rows": f"{rows:,}" if isinstance(rows, int) else "some", "s": "" if rows == 1 else "s",
             "ies": "y" if rows == 1 else "ies", "q": str(detail.get("q", ""))[:80]}  # fmt: skip
    if verb in SAYS:
        return SAYS[verb].format(**known)
    noun, _, did = verb.partition(".")
    first, _, rest = did.partition("_")
    return " ".join(filter(None, (PAST.get(first, f"{first}d" if first.endswith("e") else f"{first}ed" if first else ""),
                                  rest.replace("_", " "), NOUNS.get(noun, f"the {noun.replace('_', ' ')}"))))  # fmt: skip


def more(detail: Mapping[str, Any]) -> str:
    """The rest of an entry in words: how, why, by which filters; "" when there is none."""
    said = []
    if (part := PARTS.get(str(detail.get("part", "")), str(detail.get("part", "")))) and part != "overview":
        said.append(part)
    if detail.get("form"):
        said.append(f"as {str(detail['form']).upper()}")
    if detail.get("route"):
        said.append(f"{detail.get('method', '')} /{str(detail['route']).lstrip('^/')}".strip())
    if detail.get("fields"):
        said.append(f"fields: {', '.join(map(str, detail['fields']))}")
    if detail.get("reason"):
        said.append(f"reason: {detail['reason']}")
    if detail.get("query"):
        said.append(f"filters: {detail['query']}")
    said += [f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in detail.items()
             if name not in TOLD and value not in ("", None, [], {})]  # fmt: skip
    return "; ".join(said)


def sentence(by_name: str, verb: str, what: str, detail: Mapping[str, Any]) -> str:
    """The whole entry as one sentence, for files."""
    parts = [by_name or "The system", deed(verb, detail), what]
    rest = more(detail)
    return " ".join(part for part in parts if part) + (f"; {rest}" if rest else "")


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in list(value.items())[:6])
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value[:6])) + (" …" if len(value) > 6 else "")
    return str(value)[:160]
