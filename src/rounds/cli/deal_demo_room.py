"""`rounds deal demo …`: who is invited, what of the guide is ticked, what people said and asked, and that nobody came."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import DAY, WHICH, NotBelow, below, by_now, contact_of, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

DEMO = click.argument("demo", type=click.UUID)
CONTACT = click.argument("contact", type=click.UUID)


@click.command("show")
@WHICH
@DEMO
@WHO
@JSON
def show(deal: UUID, demo: UUID, email: str, as_json: bool) -> None:
    """One demo: who is invited and came, the guide with its ticks, what people said, what stayed open; with ids and codes."""
    with eyes(email) as (user, _):
        from rounds.models import Demo

        told = _told(below(Demo, deal_of(user, deal, change=False), demo))
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{told['starts_at'][:16].replace('T', ' ')}  {told['state']}  {told['kind']}, {told['minutes']} minutes")
    for one in told["people"]:
        came = "invited" if one["came"] is None else "came" if one["came"] else "did not come"
        said = f"; rated {one['rating']}{', in the way' if one['blocker'] else ''}{', champion' if one['champion'] else ''}" if one["rating"] else ""
        click.echo(f"  {one['contact']}  {one['name']}: {came}{said}")
    for item in told["guide"]:
        click.echo(f"  {'✓' if item['ticked'] else '·'} {item['code']}: {item['title']}")
    for one in told["questions"]:
        open_ = f"open until {one['due_on']} ({one['owner'] or 'nobody'})"
        click.echo(f"  {one['id']}  {one['question']} → {one['answer'] or open_}")


def _told(row: Any) -> dict[str, Any]:
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import DemoAttendee, DemoQuestion
    from rounds.models.deals.demo_said import last_words
    from rounds.models.flow.active import active

    words = {one.attendee_id: one for one in last_words([row])}
    people = visible(DemoAttendee, current()).filter(demo=row).select_related("contact").order_by("contact__name", "id")
    asked = visible(DemoQuestion, current()).filter(demo=row).select_related("owner").order_by("due_on", "id")
    ticked = set(row.ticks.values_list("item", flat=True))
    return {
        "id": str(row.id), "kind": row.kind, "state": row.state, "starts_at": row.starts_at.isoformat(), "minutes": row.minutes,
        "people": [{"contact": str(one.contact_id), "name": one.contact.name, "came": one.came, **_said(words.get(one.id))} for one in people],
        "guide": [{"code": one.code, "title": one.title, "ticked": one.code in ticked} for one in active().playbook.demos.guide.items],
        "questions": [{"id": str(one.id), "question": one.question, "owner": one.owner.name if one.owner else None, "due_on": one.due_on.isoformat(),
                       "answer": one.answer} for one in asked],
    }  # fmt: skip


def _said(word: Any) -> dict[str, Any]:
    """The last word of somebody on a demo, or none."""
    return {name: getattr(word, name, None) for name in ("rating", "intent", "blocker", "champion")}


@click.command("invite")
@WHICH
@DEMO
@CONTACT
@WHO
@click.option("--off", is_flag=True, help="Take them off the list.")
def invite(deal: UUID, demo: UUID, contact: UUID, email: str, off: bool) -> None:
    """Invite CONTACT to a demo that is to come, or (--off) no longer."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos
        from rounds.models import Demo

        row, person = below(Demo, deal_of(user, deal), demo), contact_of(contact)
        if off:
            demos.uninvite(_there(row, contact), **by_now(by))
        else:
            demos.invite(row, person, **by_now(by))
        click.echo(f"{person.name} is {'off the list' if off else 'invited'}.")


def _there(demo: Any, contact: UUID) -> Any:
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import DemoAttendee

    row = visible(DemoAttendee, current()).select_related("demo", "contact").filter(demo=demo, contact_id=contact).first()
    if row is None:
        raise NotBelow("They are not invited to this demo; `rounds deal demo show` lists who is.")
    return row


@click.command("tick")
@WHICH
@DEMO
@click.argument("item")
@WHO
@click.option("--off", is_flag=True, help="Take the tick back.")
def tick(deal: UUID, demo: UUID, item: str, email: str, off: bool) -> None:
    """Tick an ITEM of the guide, such as clinical_value."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demo_room
        from rounds.models import Demo

        new = demo_room.tick(below(Demo, deal_of(user, deal), demo), item, done=not off, **by_now(by))
        click.echo(f"{item} is {'open' if off else 'ticked'}{'' if new else ', as it was'}.")


@click.command("no-show")
@WHICH
@DEMO
@WHO
@click.option("--why", default="", help="Why, if known.")
def no_show(deal: UUID, demo: UUID, email: str, why: str) -> None:
    """Nobody of the customer came; a task asks for a new day."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demos
        from rounds.models import Demo

        demos.no_show(below(Demo, deal_of(user, deal), demo), why=why, **by_now(by))
        click.echo("Nobody came; a task asks for a new day.")


@click.command("feedback")
@WHICH
@DEMO
@CONTACT
@click.argument("rating", type=int)
@WHO
@click.option("--intent", default="", help="Whether they want to go on: yes, maybe or no.")
@click.option("--champion", is_flag=True, help="They would champion it.")
@click.option("--blocker", is_flag=True, help="They stand in the way.")
@click.option("--concerns", default="", help="What troubles them.")
def feedback(deal: UUID, demo: UUID, contact: UUID, rating: int, email: str, **said: Any) -> None:
    """What CONTACT, who came, thinks: RATING from 1 to 5; of each the last word counts."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demo_room
        from rounds.models import Demo

        row = below(Demo, deal_of(user, deal), demo)
        demo_room.say(_there(row, contact), rating=rating, **said, **by_now(by))
        click.echo("Kept.")


@click.command("ask")
@WHICH
@DEMO
@click.argument("question")
@WHO
@click.option("--until", "due_on", type=DAY, required=True, help="Until when it is answered.")
@click.option("--owner", default="", help="The address of who answers it; whoever presents unless said.")
@click.option("--asked-by", type=click.UUID, help="The contact who asked.")
def ask(deal: UUID, demo: UUID, question: str, email: str, due_on: date, owner: str, asked_by: UUID | None) -> None:
    """Keep a QUESTION that stays open; whoever answers it is given a task."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demo_room
        from rounds.actions.people.users import colleague
        from rounds.models import Demo

        of = deal_of(user, deal)
        row = demo_room.ask(below(Demo, of, demo), question, owner=colleague(owner) if owner else None, due_on=due_on,
                            asked_by=contact_of(asked_by, of), **by_now(by))  # fmt: skip
        click.echo(f"{row.id}  {row.owner.name if row.owner else 'nobody'} answers it until {row.due_on}")


@click.command("answer")
@WHICH
@DEMO
@click.argument("question", type=click.UUID)
@click.argument("answer")
@WHO
def answer(deal: UUID, demo: UUID, question: UUID, answer: str, email: str) -> None:
    """ANSWER an open QUESTION of a demo; its task is done."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import demo_room
        from rounds.models import DemoQuestion

        row = below(DemoQuestion, deal_of(user, deal), question)
        if row.demo_id != demo:
            raise NotBelow("This demo has no such question; `rounds deal demo show` lists them.")
        demo_room.answer(row, answer, **by_now(by))
        click.echo("Answered.")


ROOM: tuple[click.Command, ...] = (show, invite, tick, no_show, feedback, ask, answer)
