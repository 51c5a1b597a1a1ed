"""What the pages of demos say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from rounds.access.allowed import may_change
from rounds.access.scope import visible
from rounds.actions.deals import demo_tasks
from rounds.models import Contact, Demo, DemoAttendee, DemoQuestion, Opportunity, Task
from rounds.models.deals.demo_said import last_words
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of
from rounds.rules.demos.audience import audience
from rounds.rules.demos.feedback import summed
from rounds.web.deals.demo_words import CHANGES, FEEDBACK, STATES
from rounds.web.deals.proof_forms import Ask, Field, colleagues, key_of, people_choices, people_of


def chosen(request: HttpRequest, deal: Opportunity) -> list[Contact]:
    """The people a form has ticked so far, those one sees."""
    keys = [key for said in request.GET.getlist("attendees") if (key := key_of(said)) is not None]
    return list(visible(Contact, request.scope).filter(pk__in=keys))


def booking(request: HttpRequest, deal: Opportunity, *, at: datetime) -> dict[str, Any]:
    """The form of a new demo, with what was said so far."""
    book = active().playbook
    people, said = people_of(request, deal), request.POST or request.GET
    picked = set(said.getlist("attendees")) if hasattr(said, "getlist") else set()
    kind = said.get("kind", "")
    kind = kind if kind in book.demos.types else ""
    found = audience(book, [person.role for person in people if str(person.id) in picked], kind or None)
    promised = visible(Task, request.scope).filter(OPEN, lead=deal.lead_id, clock="demo").first() if deal.lead_id else None
    return {
        "deal": deal, "url": f"/opportunities/{deal.id}/", "place": "opportunities", "people": people, "picked": picked, "types": book.demos.types,
        "kind": kind, "found": found, "colleagues": colleagues(), "said": said, "promised": promised, "at": at,
        "zone": str(zone_of(book.calendar, state=deal.account.state, territory=deal.territory)), "presenter": said.get("presenter") or str(deal.owner_id or ""),
        "standard": deal.account.tier in book.demos.programme.tiers, "programme": book.demos.programme,
    }  # fmt: skip


def guide(request: HttpRequest, demo: Demo) -> dict[str, Any]:
    """The tick-list with its ticks."""
    book = active().playbook.demos
    ticked = {row.item: row for row in demo.ticks.all()}
    items = [{"code": item.code, "title": item.title, "tick": ticked.get(item.code)} for item in book.guide.items]
    return {"demo": demo, "url": f"/demos/{demo.id}/", "guide": items, "ticked": len(ticked), "type": book.types.get(demo.kind) or next(iter(book.types.values())),
            "writable": may_change(request.user, demo.opportunity)}  # fmt: skip


def whole(request: HttpRequest, demo: Demo, *, at: datetime) -> dict[str, Any]:
    """Everything the page shows, in a constant number of queries."""
    book, said = active().playbook, guide(request, demo)
    attendees = list(visible(DemoAttendee, request.scope).filter(demo=demo).select_related("contact").order_by("contact__name"))
    words = {row.attendee_id: row for row in last_words([demo])}
    keys = demo_tasks.keys(demo)
    tasks = {task.key: task for task in visible(Task, request.scope).filter(key__in=list(keys)).select_related("owner").order_by("at")}
    questions = list(visible(DemoQuestion, request.scope).filter(demo=demo).select_related("owner", "asked_by").order_by("answered_at", "due_on"))
    warnings = audience(book, [row.role or row.contact.role for row in attendees], demo.kind).warnings if demo.is_planned else ()
    found = summed(book.demos, [(row.rating, row.blocker) for row in words.values()])
    zone = ZoneInfo(demo.zone)
    said |= {
        "deal": demo.opportunity, "place": "demos", "at": at, "state": STATES[demo.state], "warnings": warnings, "found": found,
        "feedback": FEEDBACK[found.word], "people": [{"row": row, "said": words.get(row.id)} for row in attendees], "questions": questions,
        "preparation": [{"title": title, "task": tasks.get(key)} for key, title in keys.items()], "begun": at >= demo.starts_at,
        "changes": [(*CHANGES[row.state], row) for row in demo.changes.order_by("-at", "-id")], "recording": book.demos.recording.says,
        "their_time": demo.starts_at.astimezone(zone), "ends": (demo.starts_at + timedelta(minutes=demo.minutes)).astimezone(zone), "intents": book.demos.feedback.intents,
    }  # fmt: skip
    return {**said, "asks": _asks(request, demo, said) if said["writable"] else []}


def brief(request: HttpRequest, demo: Demo, *, at: datetime) -> dict[str, Any]:
    """What the panel beside a list says of it: whom to expect or who came, what they said, what is still to be prepared."""
    book = active().playbook.demos
    attendees = list(visible(DemoAttendee, request.scope).filter(demo=demo).select_related("contact").order_by("contact__name"))
    words = {row.attendee_id: row for row in last_words([demo])}
    keys = demo_tasks.keys(demo)
    done = set(visible(Task, request.scope).filter(key__in=list(keys)).exclude(OPEN).values_list("key", flat=True))
    found = summed(book, [(row.rating, row.blocker) for row in words.values()])
    return {"demo": demo, "deal": demo.opportunity, "url": f"/demos/{demo.id}/", "at": at, "people": [{"row": row, "said": words.get(row.id)} for row in attendees],
            "their_time": demo.starts_at.astimezone(ZoneInfo(demo.zone)), "prepared": len(done), "to_prepare": len(keys), "feedback": FEEDBACK[found.word], "best": book.feedback.scale.high,
            "open_questions": visible(DemoQuestion, request.scope).filter(demo=demo, answered_at=None).count()}  # fmt: skip


def _asks(request: HttpRequest, demo: Demo, said: dict[str, Any]) -> list[Ask]:
    """The dialogs that may be opened now."""
    url, found = said["url"], []
    people = people_of(request, demo.opportunity)
    if demo.is_planned:
        here = {line["row"].contact_id for line in said["people"]}
        others = people_choices([one for one in people if one.id not in here])
        zone_now = demo.starts_at.astimezone(said["at"].tzinfo)
        found += [
            Ask("ask-invite", "Invite somebody", f"{url}attendees/", "Invite", [Field("contact", "Who", "select", choices=[("", "Choose"), *others], required=True)]),
            Ask("ask-move", "Another time", f"{url}moving/", "Move it", [
                Field("starts_at", "Day and time", "moment", f"{zone_now:%Y-%m-%dT%H:%M}", required=True, help="In your own time zone."), Field("why", "Why")]),
            Ask("ask-cancel", "Call it off", f"{url}cancelling/", "Call it off", [Field("why", "Why", "area", required=True)]),
        ]  # fmt: skip
        if said["begun"]:
            came = [(str(line["row"].contact_id), line["row"].contact.name) for line in said["people"]]
            found += [
                Ask("ask-hold", "It was held", f"{url}holding/", "It was held", [
                    Field("came", "Who came", "people", [key for key, _ in came], came), Field("notes", "Notes", "area", help="No patient data."),
                    Field("next_step", "Next step agreed"), Field("next_step_on", "Until", "date")]),
                Ask("ask-no-show", "Nobody came", f"{url}no-show/", "Nobody came", [Field("why", "Why, if known")], "A task asks for a new day."),
            ]  # fmt: skip
    if demo.state in ("planned", "held"):
        found.append(Ask("ask-question", "A question that stays open", f"{url}questions/", "Keep it", [
            Field("question", "Question", "area", required=True), Field("asked_by", "Asked by", "select", choices=[("", "Nobody named"), *people_choices(people)]),
            Field("owner", "Who answers it", "select", str(demo.presenter_id or ""), colleagues()),
            Field("due_on", "Until", "date", f"{(said['at'] + timedelta(days=3)):%Y-%m-%d}", required=True)]))  # fmt: skip
    found += [Ask(f"ask-answer-{row.id}", row.question[:120], f"{url}questions/{row.id}/", "Answered", [Field("answer", "The answer", "area", required=True)])
              for row in said["questions"] if not row.answered_at]  # fmt: skip
    if demo.state == "held":
        found += [_feedback(url, line) for line in said["people"] if line["row"].came]
    return found


def _feedback(url: str, line: dict[str, Any]) -> Ask:
    book, was = active().playbook.demos.feedback, line["said"]
    scale = [(n, str(n)) for n in range(book.scale.high, book.scale.low - 1, -1)]
    return Ask(f"ask-feedback-{line['row'].id}", f"What {line['row'].contact.name} thinks", f"{url}feedback/{line['row'].id}/", "Keep it", [
        Field("rating", "Rating", "select", was.rating if was else book.scale.high, scale, help=f"{book.scale.high} is best."),
        Field("intent", "Wants to go on?", "select", was.intent if was else "", [("", "Not said"), *book.intents.items()]),
        Field("champion", "Would champion it", "check", bool(was and was.champion)), Field("blocker", "Stands in the way", "check", bool(was and was.blocker)),
        Field("concerns", "Concerns", "area", was.concerns if was else ""),
    ])  # fmt: skip
