"""Tables a reading may name: `ehr/<map>`, `ehr/vendor_classes`, `picklists/lead_source_warmth`."""

from __future__ import annotations

from rounds.playbook.book import Playbook


def table(playbook: Playbook, name: str) -> dict[str, str]:
    """The value → level map behind a name. Raises KeyError."""
    if name == "ehr/vendor_classes":
        return {vendor: entry.class_ for vendor, entry in playbook.ehr.vendors.items() if entry.class_ != "unknown"}
    if name == "picklists/lead_source_warmth":
        return dict(playbook.picklists.lead_source_warmth.map)
    folder, _, rest = name.partition("/")
    if folder != "ehr":
        raise KeyError(name)
    return dict(playbook.ehr.maps[rest].map)


def vendor_of(playbook: Playbook, name: str) -> str | None:
    """The vendor behind an EHR name as found in the world, or None when no alias knows it."""
    return aliases(playbook).get(name.strip().lower().replace(",", "").replace(".", ""))


_ALIASES: dict[str, dict[str, str]] = {}


def aliases(playbook: Playbook) -> dict[str, str]:
    """Every known spelling (lower case, no commas or full stops) → vendor."""
    found = _ALIASES.get(playbook.hash)
    if found is None:
        found = {}
        for vendor, entry in playbook.ehr.vendors.items():
            for word in (vendor, *entry.aliases):
                found[word.lower().replace(",", "").replace(".", "")] = vendor
        if len(_ALIASES) > 64:
            _ALIASES.clear()
        _ALIASES[playbook.hash] = found
    return found
