"""A person's own arrangements: favourites, recent places, saved views."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rounds.access.allowed import may, need
from rounds.kit.clock import now
from rounds.kit.pages import own_page
from rounds.kit.refusal import Refusal
from rounds.models import Favourite, Recent, SavedView, User

MOST_RECENT = 30
MOST_KEPT = 12
"""So many the rail shows without scrolling."""


class ViewRefused(Refusal):
    """A view that cannot be kept like this."""

    status = 422


def toggle_favourite(user: User, *, label: str, url: str, icon: str = "bookmark") -> bool:
    """Keep `url` in the rail, or drop it when it is there; True when it is kept now."""
    if own_page(url, "") != url or not url:
        raise ViewRefused("Only a page of Rounds can be kept in the rail.")
    dropped, _ = Favourite.objects.filter(user=user, url=url).delete()
    if dropped:
        return False
    if Favourite.objects.filter(user=user).count() >= MOST_KEPT:
        raise ViewRefused(f"The rail holds {MOST_KEPT} favourites. Drop one with S on its page, then keep this.")
    said = {"label": label.strip()[:80] or url, "icon": icon[:40]}
    Favourite.objects.get_or_create(user=user, url=url, defaults=said)
    return True


def visited(user: User, *, label: str, url: str, icon: str) -> None:
    """Remember a record a person opened, for the palette; the last MOST_RECENT are kept."""
    said = {"label": label[:120], "icon": icon, "at": now()}
    if Recent.objects.filter(user=user, url=url).update(**said):
        return  # as most of the time: one statement
    _, fresh = Recent.objects.update_or_create(user=user, url=url, defaults=said)
    if fresh:
        old = Recent.objects.filter(user=user).order_by("-at", "-id").values_list("id", flat=True)[MOST_RECENT:]
        Recent.objects.filter(id__in=list(old)).delete()


@transaction.atomic
def save_view(
    user: User, *, noun: str, name: str, query: str, at: datetime, shared: bool = False, default: bool = False
) -> SavedView:
    """Keep a list's query string under `name`. A shared view needs a manager or an admin."""
    name = name.strip()
    if not name:
        raise ViewRefused("Give the view a name.", field="name")
    if shared:
        need(user, "views.share")
    if default:
        SavedView.objects.filter(user=user, noun=noun, is_default=True).update(is_default=False)
    return SavedView.objects.create(
        noun=noun, name=name[:80], query=query[:2000], user=user, shared=shared, is_default=default, created_at=at
    )


def change_view(user: User, view: SavedView, *, query: str) -> SavedView:
    """Keep other filters under the name of a view; only one's own, or a shared one as somebody who shares views."""
    _own(user, view)
    view.query = query[:2000]
    view.save(update_fields=["query"])
    return view


@transaction.atomic
def star_view(user: User, view: SavedView | None, *, noun: str) -> None:
    """Open the list with `view` from now on; None: with the view it came with. A shared view of somebody else is
    copied first, because the star is one's own."""
    SavedView.objects.filter(user=user, noun=noun, is_default=True).update(is_default=False)
    if view is None:
        return
    if view.user_id != user.id:
        view = SavedView(noun=noun, name=view.name, query=view.query, user=user, created_at=now())
    view.is_default = True
    view.save()


def _own(user: User, view: SavedView) -> None:
    if view.user_id != user.id and not (view.shared and may(user, "views.share")):
        raise ViewRefused("This view belongs to somebody else; save it under a name of your own.")


def drop_view(user: User, view: SavedView) -> None:
    """Forget a saved view; only one's own, or a shared one as somebody who shares views."""
    _own(user, view)
    view.delete()
