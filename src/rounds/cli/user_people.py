"""`rounds user invite | list | role | leave | reinstate | give-back | team`: people come, change and go."""

from __future__ import annotations

import click

from rounds.cli.django import start
from rounds.cli.options import BY, JSON, placed


@click.command()
@placed
@BY
@JSON
def invite(email: str, name: str, role: str, team: str, territories: tuple[str, ...], who: str | None,
           as_json: bool) -> None:  # fmt: skip
    """Invite NAME at EMAIL; the link works once, for as long as access/sign_in.yaml says."""
    start("worker")
    from rounds.actions.people import invitations, logins, mailing
    from rounds.cli.user import actor_of, address, answer, team_of
    from rounds.kit.clock import now

    by, at = actor_of(who), now()
    user, token = invitations.invite(email, name, role=role, team=team_of(team), territories=territories, by=by, at=at)
    mailing.mail_link(user, token, purpose=logins.INVITATION, by=by, at=at)
    link = address(token) if token else ""
    answer(as_json, {"id": str(user.id), "email": user.email, "role": user.role, "link": link},
           f"{user.name} is invited: {link}" if link else f"{user.name} is added; it works by tokens.")  # fmt: skip


@click.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also who has left.")
@JSON
def people(everybody: bool, as_json: bool) -> None:
    """List people: role, team, territories, last log-in."""
    start("worker")
    from rounds.cli.user import answer
    from rounds.models.people.listing import rows

    found = rows().select_related("team").order_by("name")
    shown = [
        {"id": str(u.id), "name": u.name, "email": u.email, "role": u.role, "team": u.team.name if u.team else None,
         "territories": u.territories, "active": u.is_active, "joined_at": u.joined_at, "seen_at": u.seen_at,
         "second_factor": u.second}
        for u in (found if everybody else found.filter(is_active=True))
    ]  # fmt: skip
    lines = [f"{u['name']:<28} {u['role']:<16} {u['team'] or '-':<14} {u['email']}{'' if u['active'] else '  (left)'}"
             for u in shown]  # fmt: skip
    answer(as_json, shown, "\n".join(lines) or "Nobody yet: `rounds user add` adds the first person.")


@click.command()
@click.argument("email")
@click.argument("role")
@BY
@JSON
def role(email: str, role: str, who: str | None, as_json: bool) -> None:
    """Give EMAIL another ROLE; it holds at their next request."""
    start("worker")
    from rounds.actions.people import users
    from rounds.cli.user import actor_of, answer, person_of
    from rounds.kit.clock import now

    user = users.change(person_of(email), {"role": role}, by=actor_of(who), at=now())
    answer(as_json, {"id": str(user.id), "email": user.email, "role": user.role}, f"{user.name} is {user.role} now.")


@click.command()
@click.argument("email")
@click.argument("team", default="")
@BY
@JSON
def team(email: str, team: str, who: str | None, as_json: bool) -> None:
    """Put EMAIL into TEAM; without a team, into none."""
    start("worker")
    from rounds.actions.people import teams
    from rounds.cli.user import actor_of, answer, person_of, team_of
    from rounds.kit.clock import now

    user = teams.join(team_of(team), person_of(email), by=actor_of(who), at=now())
    answer(as_json, {"id": str(user.id), "email": user.email, "team": team or None},
           f"{user.name} stands in {team or 'no team'} now.")  # fmt: skip


def _leave(email: str, heir: str, reason: str, who: str | None, as_json: bool) -> None:
    start("worker")
    from rounds.actions.people import leaving
    from rounds.cli.user import actor_of, answer, person_of
    from rounds.kit.clock import now

    to = person_of(heir) if heir else None
    user = person_of(email)
    done = leaving.send_away(user, heir=to, reason=reason, by=actor_of(who), at=now())
    said = {"id": str(user.id), "email": user.email, "active": False, "heir": to.email if to else None,
            "handed_over": done.rows, "sessions": done.sessions, "tokens": done.tokens,
            "teams": [one.name for one in done.teams]}  # fmt: skip
    more = f" These teams need another manager: {', '.join(said['teams'])}." if done.teams else ""
    answer(as_json, said, f"{user.name} is sent away; {done.owned} records went to {to.name if to else 'nobody'}.{more}")


@click.command()
@click.argument("email")
@click.option("--heir", default="", help="The address of whoever gets their records; nobody where it is left out.")
@click.option("--reason", required=True, help="Why; it is kept.")
@BY
@JSON
def leave(email: str, heir: str, reason: str, who: str | None, as_json: bool) -> None:
    """Send EMAIL away: sessions, tokens, links and running work are dead at once; what they owned is handed over."""
    _leave(email, heir, reason, who, as_json)


@click.command(hidden=True)
@click.argument("email")
@click.option("--reason", required=True)
@BY
@JSON
def deactivate(email: str, reason: str, who: str | None, as_json: bool) -> None:
    """The old name of `leave`."""
    _leave(email, "", reason, who, as_json)


@click.command()
@click.argument("email")
@BY
@JSON
def reinstate(email: str, who: str | None, as_json: bool) -> None:
    """Invite EMAIL again, who has left: the same person, a new link, a new password."""
    start("worker")
    from rounds.actions.people import invitations
    from rounds.cli.user import actor_of, address, answer, person_of
    from rounds.kit.clock import now

    user = person_of(email, active=False)
    token = invitations.reinstate(user, by=actor_of(who), at=now())
    answer(as_json, {"id": str(user.id), "email": user.email, "link": address(token)}, f"{user.name}: {address(token)}")


@click.command("give-back")
@click.argument("email")
@BY
@JSON
def give_back(email: str, who: str | None, as_json: bool) -> None:
    """Give EMAIL, who is here again, what the last handover took."""
    start("worker")
    from rounds.actions.people import handovers
    from rounds.cli.user import actor_of, answer, person_of
    from rounds.kit.clock import now

    user = person_of(email)
    batch = handovers.latest(user)
    back, left = handovers.undo(batch, by=actor_of(who), at=now()) if batch else (0, 0)
    answer(as_json, {"back": back, "left": left}, f"{back} records are {user.name}’s again; {left} were changed since.")


COMMANDS = (invite, people, role, team, leave, deactivate, reinstate, give_back)
