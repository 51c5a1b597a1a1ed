"""All public files we read, in the order in which a reader would ask for them."""

from __future__ import annotations

from . import (
    ahrq,
    breaches,
    cbsa_county,
    cbsa_population,
    chpl,
    cost_report,
    developer,
    general,
    hifld,
    hifld_crosswalk,
    interoperability,
    lantern,
    oracle,
    ruca,
    urban_rural,
    zip_centroid,
    zip_county,
)
from .source import Source

SOURCES: tuple[Source, ...] = (
    general.SOURCE,
    cost_report.SOURCE,
    ahrq.SOURCE,
    interoperability.SOURCE,
    developer.SOURCE,
    lantern.SOURCE,
    oracle.SOURCE,
    chpl.SOURCE,
    ruca.SOURCE,
    cbsa_population.SOURCE,
    cbsa_county.SOURCE,
    zip_county.SOURCE,
    urban_rural.SOURCE,
    zip_centroid.SOURCE,
    hifld.SOURCE,
    hifld_crosswalk.SOURCE,
    breaches.SOURCE,
)
BY_NAME = {source.name: source for source in SOURCES}
