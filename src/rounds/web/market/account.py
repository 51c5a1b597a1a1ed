"""A system's page (and a hospital's, a department's): one frame, seven parts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access import fields
from rounds.access.allowed import may, may_change, need_to_read, reads, roles_that_may
from rounds.access.scope import visible
from rounds.analytics.market import timeline as happened
from rounds.analytics.market.committee import committee
from rounds.analytics.market.facts import facts_of
from rounds.analytics.market.intelligence import intelligence
from rounds.analytics.market.plausibility import hints
from rounds.analytics.market.standing import complexity, standing
from rounds.analytics.market.tiers import tier_shown
from rounds.analytics.market.tree import tree_of
from rounds.analytics.market.why_now import why_now
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, ScoreRecord, User
from rounds.models.flow.days import house_day
from rounds.models.market.accounts import PARENT_LEVELS
from rounds.web.customers import on_account
from rounds.web.desk.tasks import open_about
from rounds.web.doors import noted, page
from rounds.web.market import account_shown as shown
from rounds.web.market import challenges, known_well
from rounds.web.market.facts_shown import fact_rows
from rounds.web.scores_shown import cuts, history, why


class NoSuchMoment(Refusal):
    """This page of the timeline is gone; start again from its first page."""

    status = 422


@require_GET
@page
def overview(request: HttpRequest, key: UUID) -> HttpResponse:
    """Why now, fit and score, best questions, hospitals, committee, the newest of the timeline."""
    account = shown.account_or_404(request, key)
    said = shown.frame(request, account, "overview")
    book, at, unit = said["book"].playbook, said["at"], said["unit"]
    held, root = standing(account, at=at), tree_of(account, request.scope)
    people = committee(unit, book, request.scope)
    items, _ = happened.timeline(said["ids"], request.scope, size=5)
    said |= shown.score_shown(account, held) | {
        "now": why_now(unit, book, request.scope, at=at), "root": root, "people": people, "items": items,
        "questions": shown.questions_shown(account, held, request.scope.hidden, request.GET.get("ask", "")),
        "sources": [("", "nobody named"), *said["log_people"]], "hospitals": shown.hospital_rows(shown.largest(root), book),
        "hints": hints(unit, len(people.people), book), "tasks": open_about(request, account_id=account.id),
        "new_task": f"/tasks/new/?account={account.id}", "known": known_well.of_account(unit, request.scope),
        "challenges": (tags := challenges.of_account(account)), "challenges_on": any(one.on for one in tags), "challenges_off": any(not one.on for one in tags),
        "bought": on_account.of_account(request, account.id, said["ids"]),
    }  # fmt: skip
    return render(request, "market/account/overview.html", said)


@require_GET
@page
def hospitals(request: HttpRequest, key: UUID) -> HttpResponse:
    """The tree below, with own and rolled-up figures."""
    account = shown.account_or_404(request, key)
    said = shown.frame(request, account, "hospitals")
    root = tree_of(account, request.scope)
    levels = [(level, level.replace("_", " ")) for level, above in PARENT_LEVELS.items() if account.level in above]
    said |= {"root": root, "rows": shown.hospital_rows(list(root.walk()), said["book"].playbook), "levels": levels}
    return render(request, "market/account/hospitals.html", said)


@require_GET
@page
def people(request: HttpRequest, key: UUID) -> HttpResponse:
    """The committee by role group, with its gaps."""
    account = shown.account_or_404(request, key)
    need_to_read(request.user, "contact")
    said = shown.frame(request, account, "committee")
    book = said["book"].playbook
    said |= {"people": committee(said["unit"], book, request.scope), "stances": book.picklists.stance.values,
             "groups": book.picklists.contact_role.groups}  # fmt: skip
    return render(request, "market/account/committee.html", said)


@require_GET
@page
def leads(request: HttpRequest, key: UUID) -> HttpResponse:
    """The leads of the account and of everything below it, newest first."""
    account = shown.account_or_404(request, key)
    need_to_read(request.user, "lead")
    said = shown.frame(request, account, "leads")
    rows = visible(Lead, request.scope).filter(account_id__in=said["ids"]).select_related("owner", "account")
    said |= {"rows": list(rows.order_by("-captured_at")[:200])}
    return render(request, "market/account/leads.html", said)


@require_GET
@page
def timeline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that happened, filtered by kind and person, in pages."""
    account = shown.account_or_404(request, key)
    said = shown.frame(request, account, "timeline")
    kind, who, channel = (request.GET.get(name, "") for name in ("kind", "who", "channel"))
    people = visible(Contact, request.scope).filter(buying_unit_id=said["unit"].id)
    if not reads(request.user, "contact"):
        people = people.none()
    person = people.filter(pk=_key(request.GET.get("person", ""))).first()
    items, later = happened.timeline(said["ids"], request.scope, kind=kind, who=who, channel=channel,
                                     person=person.id if person else None, before=_before(request))  # fmt: skip
    said |= {"items": items, "later": later.isoformat() if later else "", "kind": kind, "who": who, "channel": channel,
             "person": str(person.id) if person else "", "people": list(people.order_by("name", "id").values_list("id", "name")[:200]),
             "channels": [one for one in said["book"].playbook.engagement.channels.list if one.kinds],
             "kinds": [(k, words) for k, (words, _) in happened.KINDS.items()],
             "doers": happened.people_in(said["ids"])}  # fmt: skip
    part = request.htmx and request.htmx.target == "timeline-more"
    return render(request, "market/account/timeline_items.html" if part else "market/account/timeline.html", said)


def _key(said: str) -> UUID | None:
    """The id a filter says; None for none or for no id at all."""
    try:
        return UUID(said) if said else None
    except ValueError:
        return None


def _before(request: HttpRequest) -> datetime | None:
    said = request.GET.get("before", "")
    try:
        found = datetime.fromisoformat(said) if said else None
    except ValueError as error:
        raise NoSuchMoment from error
    if found is not None and found.tzinfo is None:
        raise NoSuchMoment
    return found


@require_GET
@page
def facts(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every fact with every source's claim, intelligence with its age, the integration's difficulty."""
    account = shown.account_or_404(request, key)
    said = shown.frame(request, account, "facts")
    book, on, kept = said["book"].playbook, house_day(said["at"]), request.scope.hidden
    held = standing(account, at=said["at"])
    said |= {
        "groups": [(title, fact_rows(account, rows, said["writable"], kept)) for title, rows in facts_of(account, book, on)],
        "intelligence": intelligence(account, book, on), "complex": complexity(held),
        "complex_why": why(book.scoring["integration_complexity"], complexity(held), "",
                           fields.criteria(book, "integration_complexity", kept)),
    }  # fmt: skip
    return render(request, "market/account/facts.html", said)


@require_GET
@page
def scores(request: HttpRequest, key: UUID) -> HttpResponse:
    """Both scores with their why, the tier with its gates, and how they went."""
    account = shown.account_or_404(request, key)
    said = shown.frame(request, account, "scores")
    version, at = said["book"], said["at"]
    held = standing(account, at=at)
    records = list(ScoreRecord.objects.filter(account=account, model="lead_fit").order_by("at")[:500])
    book, kept = version.playbook, request.scope.hidden
    said |= shown.score_shown(account, held) | {
        "answers": shown.answers_shown(account, held, kept), "matrix": held.matrix, "records": records[::-1][:20],
        "why_fit": why(book.scoring["lead_fit"], held.score, f"{said['url']}?ask=" if said["writable"] else "",
                       fields.criteria(book, "lead_fit", kept)),
        "why_matrix": why(book.scoring["abm_account"], held.matrix, "", fields.criteria(book, "abm_account", kept)),
        "history": history(records) | {"cuts": cuts(book.scoring["lead_fit"])},
        "tier": tier_shown(account, held.tier, version, at=at) if held.tier else None,
        "may_override": said["writable"] and may(request.user, "tier.override"),
        "approvers": list(User.objects.filter(is_active=True, role__in=roles_that_may("tier.override")).order_by("name")),
    }  # fmt: skip
    return render(request, "market/account/scores.html", said)


@require_GET
@page
def fit(request: HttpRequest, key: UUID) -> HttpResponse:
    """The fit and score block alone, drawn again after an answer."""
    account = shown.account_or_404(request, key)
    noted(request, "account.read", "account", account.id, part="fit")
    held = standing(account, at=now())
    said = {"account": account, "url": f"/accounts/{account.id}/", **shown.score_shown(account, held)}
    return render(request, "market/account/fit.html", said)


@require_GET
@page
def fresh(request: HttpRequest, key: UUID) -> HttpResponse:
    """When the score was computed and by which playbook: the word of the top bar, asked for after an answer."""
    account = shown.account_or_404(request, key)
    return render(request, "leads/fresh.html", {"fresh": shown.freshness(account, now())})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside a list: why now, score, the best question."""
    account = shown.account_or_404(request, key)
    noted(request, "account.read", "account", account.id, part="preview")
    unit: Account = account.buying_unit or account
    at = now()
    held = standing(account, at=at)
    said = {"account": account, "unit": unit, "url": f"/accounts/{account.id}/", "place_words": shown.place_of(account),
            "now": why_now(unit, held.now.playbook, request.scope, at=at), "at": at,
            "writable": may_change(request.user, account), "questions": shown.questions_shown(account, held, request.scope.hidden)[:1], "number": held.now.number,
            **shown.score_shown(account, held)}  # fmt: skip
    return render(request, "market/account/preview.html", said)
