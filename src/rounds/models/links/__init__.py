"""Links: connections to other systems."""

from rounds.models.links.webhooks import Webhook

__all__ = ["Webhook"]
