"""Adding a second factor: before one is let in, where the role asks for one, and from one's own page.

Both ways share their steps; `Way` says where the pages stand and what happens when the factor counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rounds.actions.people import factors, otp, security_keys
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Factor, User
from rounds.web.doors import page
from rounds.web.people.entry import anew, challenge, pending, place, settle
from rounds.web.proof import proved

MINE = "/me/security/"
BEGUN = "factor_begun"
"""Where a session keeps which factor it began: its seed is shown to nobody else, whoever knows the password."""


@dataclass(frozen=True)
class Way:
    """`user` adds a factor; its pages stand below `here`, `back` leads away, `to` leads on."""

    user: User
    here: str
    back: str
    to: str
    before: tuple[str, bool] | None = None
    """Who is not in yet: how the first factor was given, and whether to recognise the browser."""

    def done(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The factor counts: in with who was waiting outside; recovery codes, once, to who has none."""
        codes = [] if otp.codes_left(self.user) else otp.make_codes(self.user, by=self.user.actor, at=now())
        shown = {"codes": codes, "to": self.to, "word": "Go on"}
        answer = render(request, "people/codes.html", shown) if codes else redirect(self.to)
        if self.before is None:
            return answer
        way, recognise = self.before
        return settle(request, self.user, [way, kind], answer, recognise=recognise)


def outside(view: Callable[[HttpRequest, Way], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A step of who has shown one factor and must add a second. Who has one is asked for it instead."""

    @never_cache
    def door(request: HttpRequest) -> HttpResponse:
        who = pending(request)
        if who is None:
            return anew(request)
        if factors.held(who.user):
            return redirect("/login/second/")
        here = "/login/enrol/"
        return view(request, Way(who.user, here, here, who.to, (who.way, who.recognise)))

    return door


def mine(view: Callable[[HttpRequest, Way], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The same step from one's own page: with a proof of the last minutes."""

    @never_cache
    @page
    @proved
    def door(request: HttpRequest) -> HttpResponse:
        return view(request, Way(request.user, MINE, MINE, MINE))

    return door


def _begin(request: HttpRequest, way: Way) -> HttpResponse:
    """What one may choose from, for who cannot go on without."""
    return render(request, "people/enrol.html", {"who": way.user, "kinds": factors.kinds_for(way.user)})


@dataclass(frozen=True)
class ByCode:
    """A kind of factor whose first code makes it count: its page, what a wrong code is told, what the page shows."""

    kind: str
    page: str
    template: str
    wrong: str
    shown: Callable[[Factor], dict[str, Any]]


def _by_code(request: HttpRequest, way: Way, step: ByCode) -> HttpResponse:
    """Begin the factor, show it to this session and no other, and take its first code."""
    if request.method == "POST" and "code" not in request.POST:
        made = factors.begin(way.user, step.kind, at=now(), phone=request.POST.get("phone", ""))
        request.session[BEGUN] = str(made.id)
        if step.kind == "sms":
            otp.send(made, at=now())
        return redirect(f"{way.here}{step.page}/")
    waits = factors.waiting(way.user, step.kind)
    if waits is None or request.session.get(BEGUN) != str(waits.id):
        return redirect(way.back)
    said: dict[str, Any] = {"way": way}
    if request.method == "POST":
        if factors.confirm(waits, request.POST["code"], by=way.user.actor, at=now()):
            del request.session[BEGUN]
            return way.done(request, step.kind)
        said["refusal"] = step.wrong
    return render(request, step.template, said | step.shown(waits))


def _app(request: HttpRequest, way: Way) -> HttpResponse:
    """The picture and the seed for an app."""
    return _by_code(request, way, APP)


def _picture(factor: Factor) -> dict[str, str]:
    address = otp.address(factor, company=settings.CONFIG.company)
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return {"picture": drawn, "seed": " ".join(factor.secret[i : i + 4] for i in range(0, len(factor.secret), 4))}


def _key(request: HttpRequest, way: Way) -> HttpResponse:
    """A key whose answer the browser brings."""
    try:
        security_keys.add(way.user, request.POST.get("credential", ""), challenge(request), place(request),
                          name=request.POST.get("name", ""), by=way.user.actor, at=now())  # fmt: skip
    except Refusal as refusal:
        if way.before is None:
            raise
        said = {"who": way.user, "kinds": factors.kinds_for(way.user), "refusal": str(refusal)}
        return render(request, "people/enrol.html", said)
    return way.done(request, "webauthn")


def _sms(request: HttpRequest, way: Way) -> HttpResponse:
    """A telephone: its number, then the code that came."""
    return _by_code(request, way, SMS)


APP = ByCode("totp", "app", "people/add_app.html",
             "That code is not right. Type the one the app shows now; its clock must be right.", _picture)  # fmt: skip
SMS = ByCode("sms", "message", "people/add_sms.html", "That code is not right, or too old. Look at the last message.",
             lambda factor: {"phone": otp.phone_of(factor)})  # fmt: skip


begin = outside(_begin)
app, own_app = (require_http_methods(["GET", "POST"])(way(_app)) for way in (outside, mine))
key, own_key = (require_POST(way(_key)) for way in (outside, mine))
sms, own_sms = (require_http_methods(["GET", "POST"])(way(_sms)) for way in (outside, mine))
