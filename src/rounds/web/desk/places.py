"""The places of Rounds: one list behind the rail, the palette and the keys after `g`. What is not in it is reached by a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from rounds.access.allowed import may, reads
from rounds.models import User
from rounds.web.numbers.boards_asked import boards_of

Asked = Callable[[User], bool]


def _reads(*nouns: str) -> Asked:
    return lambda user: any(reads(user, noun) for noun in nouns)


def _may(*permissions: str) -> Asked:
    return lambda user: any(may(user, one) for one in permissions)


def _opens(*boards: str) -> Asked:
    return lambda user: any(not boards or one.dashboard in boards for one in boards_of(user))


def _everybody(_user: User) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """A page one goes to. `asks`: who is answered there; `key`: the letter after `g`; `here`: what its pages call their place;
    `waits`: the count of `rail` that stands beside it; `also`: other words it is found by; `rail`: whether it stands in the rail."""

    icon: str
    label: str
    url: str
    asks: Asked = _everybody
    key: str = ""
    here: tuple[str, ...] = ()
    waits: str = ""
    also: str = ""
    rail: bool = True


_beside = partial(Place, rail=False)
"""A page of a place: the palette knows it, the rail does not."""

ACCOUNT, CONTACT, LEAD, DEAL, TASK = (_reads(noun) for noun in ("account", "contact", "lead", "opportunity", "task"))

GROUPS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    ("", (
        Place("sun", "Today", "/", key="t", here=("today",), also="home"),
        Place("list-checks", "Tasks", "/tasks/", TASK, "k", ("tasks",), "tasks", "to do follow-ups"),
        Place("calendar", "Meetings", "/meetings/", TASK, "", ("meetings",), also="calendar appointments"),
        _beside("calendar-days", "Your week", "/meetings/week/", TASK, also="calendar"),
        _beside("calendar-check", "Booking pages", "/meetings/pages/", TASK, also="scheduling link"),
        _beside("calendar-sync", "Your calendars", "/meetings/calendars/", TASK, also="connect outlook google caldav"),
        _beside("map-pin-check", "Log a call or a visit", "/log/", also="activity note"),
    )),
    ("Find", (
        Place("map", "Market", "/market/", ACCOUNT, "m", ("market",), also="territory map"),
        Place("building-2", "Accounts", "/accounts/", ACCOUNT, "a", ("accounts",), also="hospitals health systems"),
        Place("contact", "Contacts", "/contacts/", CONTACT, "c", ("contacts",), also="people"),
        Place("inbox", "Leads", "/leads/", LEAD, "l", ("leads",), "leads"),
        _beside("scale", "Capacity by territory", "/market/capacity/", ACCOUNT),
        _beside("network", "Health systems as a tree", "/accounts/tree/", ACCOUNT, also="hierarchy"),
        _beside("badge-check", "Contacts to look at", "/contacts/review/", CONTACT, also="review roles titles"),
        _beside("grid-3x3", "Band by qualification", "/leads/matrix/", LEAD, also="matrix bant"),
        _beside("route", "Attribution", "/leads/attribution/", LEAD, also="sources campaigns"),
        _beside("file-text", "Lead forms", "/leads/forms/", LEAD, also="web form capture"),
        _beside("shuffle", "Try the routing", "/leads/dry-run/", _may("routing.try"), also="assignment dry run"),
    )),
    ("Reach", (
        Place("send", "Sequences", "/sequences/", _may("playbook.read"), "n", ("sequences", "enrolments", "templates", "campaigns", "sending"), also="cadences outreach nurture"),
        Place("library", "Content", "/assets/", _may("content.read"), "", ("assets",), also="library collateral"),
        _beside("list-checks", "Enrolments", "/enrolments/", _may("sequences.enrol"), also="waits for a word approve"),
        _beside("mail", "Campaigns", "/campaigns/", _may("playbook.read"), also="newsletter webinar event"),
        _beside("file-text", "Texts of letters", "/templates/", _may("playbook.read"), also="templates email"),
        _beside("gauge", "How sending stands", "/sending/", _may("reach.manage"), also="domain health deliverability warm-up"),
        _beside("mail", "Your mailboxes", "/me/mailboxes/", _may("mailboxes.connect"), also="connect email gmail outlook imap"),
    )),
    ("Sell", (
        Place("kanban", "Deals", "/opportunities/board/", DEAL, "s", ("opportunities",), also="pipeline board opportunities"),
        Place("badge-dollar-sign", "Quotes", "/quotes/", DEAL, "q", ("quotes",), "quotes", "approvals discounts"),
        Place("presentation", "Demos", "/demos/", DEAL, "", ("demos",), also="demonstrations"),
        Place("flask-conical", "Proofs of concept", "/pocs/", DEAL, "", ("pocs",), also="poc pilot"),
        Place("file-text", "Contracts", "/contracts/", _reads("contract"), "", ("contracts",), also="legal baa msa paper"),
        Place("swords", "Competitors", "/competitors/", DEAL, "", ("competitors",), also="battle cards"),
        _beside("list", "Deals as a list", "/opportunities/", DEAL, also="opportunities pipeline"),
        _beside("chart-gantt", "Deals over time", "/opportunities/time/", DEAL, also="timeline gantt"),
        _beside("chart-column", "Demos in figures", "/demos/figures/", DEAL),
        _beside("badge-dollar-sign", "Price list", "/pricing/", DEAL, also="products packages"),
    )),
    ("Serve", (
        Place("heart-handshake", "Customers", "/customers/", _reads("customer"), "w", ("customers",), also="health renewals success"),
        Place("arrow-right-left", "Hand-offs", "/handoffs/", _reads("handoff"), "", ("handoffs",), also="handover"),
    )),
    ("Numbers", (
        Place("target", "The number", "/forecast/", DEAL, "f", ("forecast",), also="forecast commit"),
        Place("scan-search", "Inspection", "/inspection/", DEAL, "i", ("inspection",), also="pipeline review deal"),
        Place("layout-dashboard", "Dashboards", "/dashboards/", _opens(), "b", ("dashboards",)),
        Place("gauge", "Scorecard", "/scorecard/", _opens("manager", "executive"), "", ("scorecard",), also="kpi"),
        Place("file-chart-column", "Reports", "/reports/", lambda user: reads(user, "opportunity") or may(user, "compliance.read"), "", ("reports",), also="weekly monthly board"),
        Place("chart-no-axes-column", "Numbers", "/numbers/", here=("numbers",), also="metrics definitions"),
        _beside("list", "Deals of the forecast", "/forecast/deals/", DEAL),
        _beside("goal", "Quotas", "/forecast/quotas/", DEAL, also="targets"),
    )),
    ("Method", (
        Place("book-open", "Playbook", "/playbook/", key="p", here=("playbook",), also="settings rules scores method"),
        Place("workflow", "Automations", "/automations/", _may("playbook.read"), "o", ("automations",), also="workflows"),
        Place("upload", "Imports", "/imports/", _may("records.import"), "", ("imports",), also="csv upload excel"),
        Place("copy", "Duplicates", "/duplicates/", _reads("account", "lead", "contact"), "", ("duplicates",), also="merge"),
        Place("brush-cleaning", "Hygiene", "/hygiene/", _reads("lead", "account", "contact", "opportunity"), "", ("hygiene",), also="data quality missing"),
        Place("hospital", "Universe report", "/universe/", ACCOUNT, "u", ("universe",), also="cms public data"),
        _beside("merge", "Merged records", "/merges/", also="undo duplicates"),
        _beside("split", "Territories", "/playbook/territories/", also="assignment regions"),
        _beside("circle-question-mark", "Choices of the playbook", "/playbook/choices/", also="settings options"),
        _beside("history", "Versions of the playbook", "/playbook/versions/"),
        _beside("scale", "Try a change of the playbook", "/playbook/what-if/", _may("playbook.draft"), also="what if draft"),
        _beside("pencil", "Own fields", "/fields/", also="custom fields properties"),
        _beside("hospital", "Loads of public data", "/universe/runs/", ACCOUNT, also="universe cms refresh"),
        _beside("webhook", "Webhooks", "/links/webhooks/", _may("webhooks.manage"), also="integrations"),
        _beside("signature", "Signature services", "/links/signatures/", _may("webhooks.manage"), also="e-signature docusign integrations"),
    )),
    ("Trust", (
        Place("scale", "Compliance", "/trust/", _may("compliance.read"), "", ("compliance",), also="hipaa baa"),
        Place("shield-check", "Audit", "/audit/", _may("audit.read"), "d", ("audit",), also="log history"),
        Place("users", "People", "/people/", _may("people.read"), "e", ("people", "teams"), also="users roles"),
        Place("shield-alert", "Held for review", "/trust/held/", _may("phi.review"), "", ("held",), "held", "patient data phi quarantine"),
        Place("user-search", "People’s requests", "/trust/requests/", _may("subjects.manage"), "", ("requests",), also="privacy erasure access gdpr ccpa"),
        Place("send", "Outbound", "/trust/outbound/", _may("deliveries.manage", "outward.hold"), "", ("outbound",), "stuck", "deliveries outbox"),
        _beside("users", "Teams", "/teams/", _may("people.read")),
        _beside("plane", "Who is away", "/availability/", also="vacation absence capacity"),
        _beside("file-check", "Agreements", "/trust/agreements/", _may("compliance.read"), also="baa nda dpa"),
        _beside("clock", "Retention", "/trust/retention/", _may("compliance.read"), also="keep delete"),
        _beside("lock", "Legal holds", "/trust/holds/", _may("compliance.read")),
        _beside("user-round", "Your account", "/me/", also="profile settings time zone theme"),
        _beside("shield", "Your security", "/me/security/", also="password second factor sessions"),
        _beside("bell", "Your notices", "/me/notices/", also="notifications email"),
        _beside("key-round", "Your tokens", "/me/tokens/", _may("tokens.manage"), also="api keys"),
    )),
)  # fmt: skip


def places_of(user: User) -> list[Place]:
    """Every place that answers `user`, in the order of the rail: none is offered that would only refuse."""
    return [place for _, group in GROUPS for place in group if place.asks(user)]


def rail_of(user: User) -> list[tuple[str, list[Place]]]:
    """What stands in the rail of `user`, by group; groups without a place are left out."""
    groups = [(label, [place for place in group if place.rail and place.asks(user)]) for label, group in GROUPS]
    return [(label, places) for label, places in groups if places]


def found(user: User, said: str) -> list[Place]:
    """The places whose name, or another word for them, begins with what is said; those whose name does come first."""
    low = said.lower()
    known = [place for place in places_of(user) if low in place.label.lower() or any(word.startswith(low) for word in place.also.split())]
    return sorted(known, key=lambda place: (not place.label.lower().startswith(low), low not in place.label.lower()))
