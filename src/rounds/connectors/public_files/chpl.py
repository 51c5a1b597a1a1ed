"""Certified products and their developers (ONC CHPL, as Lantern publishes them)."""

from __future__ import annotations

from typing import Any

from .source import Source


def _head(text: str) -> bool:
    return '"softwareProducts"' in text and '"chplProductNumber"' in text


def _rows(lists: Any) -> list[dict[str, str | None]]:
    """One row for each certified product."""
    rows: list[dict[str, str | None]] = []
    for entry in lists:
        for product in entry.get("softwareProducts") or []:
            rows.append(
                {
                    "developer": (product.get("developer") or {}).get("name"),
                    "product": (product.get("product") or {}).get("name"),
                    "number": product.get("chplProductNumber"),
                    "status": (product.get("certificationStatus") or {}).get("name"),
                    "certified": product.get("certificationDate"),
                }
            )
    return rows


SOURCE = Source(
    key="products",
    title="ONC certified products (CHPL)",
    fills="names of certified products behind a vendor",
    needs="developer is not null",
    dated="select max(certified) from clean",
    json_head=_head,
    json_rows=_rows,
    clean="""
        select said(developer) as developer, said(product) as product, said(number) as number,
            said(status) as status, day_of(certified) as certified, row_no
        from raw
    """,
)
