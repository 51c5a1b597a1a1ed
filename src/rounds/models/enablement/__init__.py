"""Enablement: what sales is given to work with, and what departments hand to each other."""

from rounds.models.enablement.assets import Asset, AssetDelivery, AssetVersion
from rounds.models.enablement.handoffs import HandOff
from rounds.models.enablement.links import AssetLink, AssetView

__all__ = ["Asset", "AssetDelivery", "AssetLink", "AssetVersion", "AssetView", "HandOff"]
