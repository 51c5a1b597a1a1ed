"""The desk: what a person arranges for themselves."""

from rounds.models.desk.views import Favourite, Recent, SavedView

__all__ = ["Favourite", "Recent", "SavedView"]
