"""How public hospital files are joined: makers of EHRs, kinds of organisation, trust in beds, peers, breaches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Number, Several, Shape, Share

Beginnings = Annotated[tuple[str, ...], Several]


class EhrMaker(Shape):
    """How the files name one maker: beginnings of developer and list names, parts of host names, and add-ons that
    are delivered with this EHR alone."""

    begins: Beginnings
    hosts: Beginnings = ()
    add_ons: Beginnings = ()


class SameCehrt(Shape):
    """Of the id's hospitals whose vendor is known otherwise, the share that must agree; of all, the share known."""

    agree_at_least: Share
    known_at_least: Share


class SystemVendor(Shape):
    """The share of known hospitals that must agree; the share known from which they outweigh the vendors' lists."""

    agree_at_least: Share
    covered_at_least: Share


class HospitalEhr(Cited):
    vendors: dict[str, EhrMaker]
    same_cehrt: SameCehrt
    system: SystemVendor


class Kind(Shape):
    org_type: str | None = None
    subtype: str | None = None


class Organisation(Cited):
    by_type: dict[str, Kind]
    default: Kind
    major_teaching: Kind
    critical_access_type: str


class BedSources(Cited):
    cost_report: Share
    linkage: Share
    hifld: Share


class PeerWeights(Shape):
    beds: Number
    rural: Number
    teaching: Number


class Peers(Cited):
    count: Annotated[int, Field(ge=1)]
    rural_classes_from: Annotated[tuple[Number, ...], Several]
    weights: PeerWeights


class Breaches(Cited):
    likeness_at_least: Number
    entity: str
    years: Annotated[int, Field(ge=1)]


class Closing(Cited):
    refuse_above: Share
