"""Middle of each ZIP, for hospitals without a point of their own."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="zip_centroid",
    title="ZIP centroids",
    fills="places on the map for hospitals without coordinates",
    columns={"zip": ("zipcode", "zip"), "lon": ("lng", "lon", "longitude"), "lat": ("lat", "latitude")},
    needs="zip is not null and lat between -90 and 90 and lon between -180 and 180",
    clean="select zip_of(zip) as zip, number_of(lat) as lat, number_of(lon) as lon, row_no from raw",
)
