"""People and access: second factors, passwords, sessions, people who left or no longer come, tokens."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q

from rounds.analytics.trust.checks.finding import Finding, Look, failed, passed, unknown
from rounds.models import ApiToken, Factor, Session, User
from rounds.playbook import default

NAMES = 10


def _people(look: Look) -> list[User]:
    staff = {code for code, role in look.playbook.access.roles.items() if role.audience in look.playbook.sign_in.second_factor.asked_of}
    return list(User.objects.filter(is_active=True, role__in=staff).order_by("name"))


def second_factor(look: Look) -> Finding:
    """Everybody whom the rules ask for a second factor has one, and is asked for it."""
    people = _people(look)
    having = set(Factor.objects.exclude(confirmed_at=None).filter(removed_at=None).values_list("user_id", flat=True))
    keys = set(Factor.objects.exclude(confirmed_at=None).filter(removed_at=None, kind="webauthn").values_list("user_id", flat=True))
    lacking = [one for one in people if one.id not in having]
    said = {"people": len(people), "with_one": len(people) - len(lacking), "with_a_key": sum(p.id in keys for p in people),
            "lacking": [str(one.id) for one in lacking[:NAMES]], "asked": bool(settings.SECOND_FACTOR_ASKED)}  # fmt: skip
    if not settings.SECOND_FACTOR_ASKED:
        sentence = f"Second factors are not asked for here; {said['with_one']} of {len(people)} people have one."
        if settings.CONFIG.mode == "demo":
            return unknown(f"{sentence} This is for trying out.", **said)
        return failed(sentence, "/people/", "Open the people", **said)
    if lacking:
        return failed(f"{said['with_one']} of {len(people)} people have a second factor; {lacking[0].name} lacks one.",
                      "/people/", "Open the people", **said)  # fmt: skip
    return passed(f"{len(people)} of {len(people)} people have a second factor, {said['with_a_key']} a security key.", **said)


def password_policy(look: Look) -> Finding:
    """Passwords are at least as long as shipped, not taken again, and hashed by argon2."""
    said, shipped = look.playbook.sign_in.passwords, default().sign_in.passwords
    weak = [one.email for one in User.objects.filter(is_active=True).exclude(password="").only("email", "password")
            if not one.password.startswith(("argon2", "!"))]  # fmt: skip
    facts = {"shortest": said.shortest.value, "not_again": said.not_again.value, "other_hashes": len(weak)}
    if said.shortest.value < shipped.shortest.value:
        return failed(f"Passwords of {said.shortest.value} characters are taken; {shipped.shortest.value} is the least.",
                      "/playbook/files/access/sign_in.yaml", "Open the rule", **facts)  # fmt: skip
    if weak:
        return failed(f"{len(weak)} passwords are hashed by something older than argon2.", "/people/", "Open the people", **facts)
    return passed(f"At least {said.shortest.value} characters, not one of the last {said.not_again.value}, hashed by argon2.", **facts)


def session_limits(look: Look) -> Finding:
    """No session lives longer than the seed says (15 minutes idle before sensitive pages, 4 hours idle, 12 at most)."""
    said, shipped = look.playbook.sign_in.sessions, default().sign_in.sessions
    names = ("sensitive_idle", "idle", "unrecognised_idle", "absolute", "step_up")
    over = [name for name in names if getattr(said, name).span > getattr(shipped, name).span]
    facts = {name: f"{getattr(said, name).value} {getattr(said, name).unit}" for name in names}
    if over:
        return failed(f"The limit {over[0].replace('_', ' ')} is {facts[over[0]]}, above what the seed says.",
                      "/playbook/", "Open the playbook", **facts)  # fmt: skip
    return passed(f"Sessions end after {facts['idle']} idle, {facts['sensitive_idle']} before sensitive pages, {facts['absolute']} at most.", **facts)


def gone_people(look: Look) -> Finding:
    """Nobody who was sent away is still logged in or holds a token that works."""
    gone = Q(user__is_active=False)
    sessions = Session.objects.filter(gone, ended_at=None, expire_date__gt=look.at).count()
    tokens = ApiToken.objects.filter(gone, revoked_at=None, expires_at__gt=look.at).count()
    if sessions or tokens:
        return failed(f"People who left still have {sessions} live sessions and {tokens} working tokens.", "/people/", "Open the people",
                      sessions=sessions, tokens=tokens)  # fmt: skip
    left = User.objects.filter(is_active=False).count()
    return passed(f"{left} people left; none has a live session or a working token.", left=left)


def unseen_people(look: Look) -> Finding:
    """Active people who have not come for long may no longer need their access."""
    limit = look.playbook.checks.limits.person_unseen_for
    # Services and customers come by other doors; somebody who never came counts from when they were added.
    idle = [one for one in _people(look) if (since := one.seen_at or one.joined_at) is not None and look.at - since > limit.span]
    never = [one for one in _people(look) if one.seen_at is None and one.joined_at is None]
    said = {"unseen": [str(one.id) for one in idle[:NAMES]], "no_date": len(never)}
    if idle:
        return failed(f"{len(idle)} people have not come for {limit.days} days, {idle[0].name} among them.", "/people/", "Open the people", **said)
    return passed(f"Everybody came within {limit.days} days or is new.", **said)


def tokens(look: Look) -> Finding:
    """Every API token has an end and is used."""
    limit = look.playbook.checks.limits.token_unused_for
    live = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=look.at), revoked_at=None, user__is_active=True)
    endless = live.filter(expires_at=None).count()
    since = look.at - limit.span
    unused = live.filter(Q(last_used_at__lt=since) | Q(last_used_at=None, at__lt=since)).count()
    said = {"live": live.count(), "endless": endless, "unused": unused}
    if endless or unused:
        return failed(f"{endless} tokens have no end, {unused} were not used for {limit.days} days.", "/people/", "Open the people", **said)
    return passed(f"{said['live']} tokens, each with an end, each used within {limit.days} days.", **said)


def admins(look: Look) -> Finding:
    """Two admins at least, so that one who is away or gone locks nobody out."""
    count = User.objects.filter(is_active=True, role="admin").count()
    if count < 2:
        return failed(f"There is {count or 'no'} admin; when that one is away nobody can mend access.", "/people/", "Add a second",
                      admins=count)  # fmt: skip
    return passed(f"{count} admins.", admins=count)


def access_reviews(look: Look) -> Finding:
    """Reviews of who has which access, each quarter: the place is kept."""
    return unknown("Access reviews come in a later version; until then nobody knows whether one is overdue.")


CHECKS = {"second_factor": second_factor, "password_policy": password_policy, "session_limits": session_limits,
          "gone_people": gone_people, "unseen_people": unseen_people, "tokens": tokens, "admins": admins,
          "access_reviews": access_reviews}  # fmt: skip
