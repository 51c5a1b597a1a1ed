"""What is known of the content that went out: counts over the deliveries one sees."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum

from rounds.models import AssetDelivery


def reported(rows: QuerySet[AssetDelivery]) -> dict[str, int]:
    """`n` deliveries, those `sent`, the `opens` machines reported (which prove nothing), those `engaged` by a person's word,
    how often people went on by our links (`views`, of so many `watched` deliveries), and machines apart (`scans`). One query;
    nought where there are none."""
    found = rows.order_by().aggregate(n=Count("pk"), sent=Count("pk", filter=Q(sent_at__isnull=False)), opens=Sum("opens"), engaged=Count("pk", filter=~Q(engaged="")),
                                      watched=Count("pk", filter=Q(views__gt=0)), views=Sum("views"), scans=Sum("scans"))  # fmt: skip
    return {name: value or 0 for name, value in found.items()}
