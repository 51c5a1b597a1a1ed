"""Checks of roles and sign-in: nothing unknown, nobody locked out of the workspace, no weak second factor."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding
from rounds.playbook.shapes.access import HIDEABLE

KEEPERS = ("people.manage", "playbook.publish", "roles.change")
"""What the admin role must keep, or nobody could mend a mistake."""


def access_findings(playbook: Playbook) -> list[Finding]:
    return [*_roles(playbook), *_sign_in(playbook)]


def _roles(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "access/roles.yaml"), playbook.access
    for group, fields in said.fields.items():
        for name in fields.of:
            if name not in HIDEABLE:
                pad.error(("fields", group, "of"), f"'{name}' cannot be kept from anybody.", f"Choose from {', '.join(HIDEABLE)}.")
    for code, role in said.roles.items():
        at = ("roles", code)
        for part in ("read", "write"):
            for noun in getattr(role, part):
                if noun not in said.objects:
                    pad.error((*at, part), f"'{noun}' is no object.", f"Choose from {', '.join(said.objects)}.")
        for noun in role.write:
            if noun not in role.read:
                pad.error((*at, "write"), f"{role.title} would change {noun}s without seeing them.", f"Add {noun} to read.")
        for group in role.hides:
            if group not in said.fields:
                pad.error((*at, "hides"), f"'{group}' is no group of fields.", f"Choose from {', '.join(said.fields)}.")
        for name in role.may:
            if name not in said.permissions:
                pad.error((*at, "may"), f"'{name}' is no permission.", "Take one of the list above, or correct it.")
        if role.audience == "portal" and (role.read or role.write or role.may):
            pad.error(at, "A portal user would reach internal data.", "Leave read, write and may of a portal role empty.")
    _admin(pad, said)
    return pad.found


def _admin(pad: Pad, said) -> None:
    admin = said.roles.get("admin")
    if admin is None:
        pad.error(("roles",), "There is no role 'admin'.", "Keep it: the first person of a workspace is given it.")
        return
    for name in KEEPERS:
        if name not in admin.may:
            pad.error(("roles", "admin", "may"), f"The admin role would lose {name}.", "Keep it, or nobody could mend this.")
    for code in ("senior_ae", "ae", "inside_sales", "manager", "portal", "integration"):
        if code not in said.roles:
            pad.error(("roles",), f"There is no role '{code}', which routing and log-in know by name.", "Keep it.")


def _sign_in(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "access/sign_in.yaml"), playbook.sign_in
    if "staff" not in said.second_factor.asked_of:
        pad.warn(("second_factor", "asked_of"), "Staff log in with a password alone.", "Ask a second factor of staff.")
    if said.second_factor.sms.allowed:
        pad.warn(("second_factor", "sms"), "Codes by SMS can be intercepted (C-37).", "Prefer an app or a security key.")
    if not said.second_factor.kinds:
        pad.error(("second_factor", "kinds"), "There is no second factor to choose.", "Name totp, webauthn or both.")
    s = said.sessions
    if not s.sensitive_idle.span <= s.unrecognised_idle.span <= s.idle.span <= s.absolute.span:
        pad.error(("sessions",), "A session's limits must not fall.", "sensitive_idle, unrecognised_idle, idle, absolute: each at least the one before.")
    if said.exports.many_above.value < said.exports.reason_above.value:
        pad.error(("exports",), "Many rows begin below the rows that need a reason.", "Raise many_above.")
    return pad.found
