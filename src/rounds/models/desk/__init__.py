"""The desk: what a person arranges for themselves, what they are told, and what they have to do."""

from rounds.models.desk.notifications import Digest, Notification, NotificationChoice
from rounds.models.desk.tasks import Task
from rounds.models.desk.views import Favourite, Recent, SavedView

__all__ = ["Digest", "Favourite", "Notification", "NotificationChoice", "Recent", "SavedView", "Task"]
