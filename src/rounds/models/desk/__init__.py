"""The desk: what a person arranges for themselves, and what they are told."""

from rounds.models.desk.notifications import Digest, Notification, NotificationChoice
from rounds.models.desk.views import Favourite, Recent, SavedView

__all__ = ["Digest", "Favourite", "Notification", "NotificationChoice", "Recent", "SavedView"]
