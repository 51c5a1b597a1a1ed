"""Names of hospitals as different files write them, brought to forms that can be compared.

`full` keeps every telling word ("ST MARY MEDICAL CENTER"); `core` drops the words that any hospital may carry
("ST MARY"). Both are None where nothing telling is left.
"""

from __future__ import annotations

import re
from functools import lru_cache

SHORT_FORMS = {
    "HOSP": "HOSPITAL", "HOSPITALS": "HOSPITAL", "MED": "MEDICAL", "MEDL": "MEDICAL", "CTR": "CENTER",
    "CNTR": "CENTER", "CENTRE": "CENTER", "CENTERS": "CENTER", "MEM": "MEMORIAL", "MEML": "MEMORIAL",
    "REG": "REGIONAL", "REGL": "REGIONAL", "HLTH": "HEALTH", "HLTHCR": "HEALTHCARE", "CNTY": "COUNTY",
    "COMM": "COMMUNITY", "UNIV": "UNIVERSITY", "GEN": "GENERAL", "SAINT": "ST", "SAINTS": "ST", "SYS": "SYSTEM",
    "SYSTEMS": "SYSTEM", "DIST": "DISTRICT", "CHILDRENS": "CHILDREN", "MT": "MOUNT", "SVCS": "SERVICES",
    "HTH": "HEALTH", "CLINICS": "CLINIC",
}  # fmt: skip
FILLERS = frozenset(
    ("THE", "INC", "LLC", "LP", "LLP", "LTD", "PC", "PA", "CORP", "CORPORATION", "COMPANY", "CO", "OF", "AND", "AT",
     "A", "FOR", "DBA", "D", "B")
)  # fmt: skip
ANY_HOSPITAL = frozenset(
    ("HOSPITAL", "MEDICAL", "CENTER", "HEALTH", "HEALTHCARE", "SYSTEM", "CLINIC", "SERVICES", "CAMPUS", "FOUNDATION",
     "GROUP", "NETWORK", "CARE", "ASSOCIATION", "AUTHORITY", "DISTRICT", "UNIVERSE", "PROD", "PRODUCTION", "LIVE",
     "ACUTE")
)  # fmt: skip
_HOSTING = re.compile(r"\b(MAAS|EXPANSE|MAGIC|C/S|CLIENT SERVER|[56]\.[0-9X]+)\b.*$")
_BRACKETS = re.compile(r"\(.*?\)")
_OTHER = re.compile(r"[^A-Z0-9]+")
_SHORTEST_CORE = 3


@lru_cache(maxsize=200_000)
def full(name: str | None) -> str | None:
    """ "Adirondack Med Ctr MaaS Pod 003 03" → "ADIRONDACK MEDICAL CENTER"."""
    if not name:
        return None
    said = name.upper().replace("'", "").replace("’", "")
    said = _BRACKETS.sub(" ", _HOSTING.sub("", said)).replace("HEALTH CARE", "HEALTHCARE")
    words = [SHORT_FORMS.get(word, word) for word in _OTHER.sub(" ", said).split()]
    return " ".join(word for word in words if word not in FILLERS) or None


@lru_cache(maxsize=200_000)
def core(name: str | None) -> str | None:
    """ "Adirondack Medical Center" → "ADIRONDACK"; "Community Hospital" → "COMMUNITY" (shared by many: no proof)."""
    told = full(name)
    if told is None:
        return None
    short = " ".join(word for word in told.split() if word not in ANY_HOSPITAL)
    return short if len(short) >= _SHORTEST_CORE else None


KEPT_UPPER = frozenset(
    ("CHI", "HCA", "UPMC", "VA", "UCLA", "UCSF", "UCI", "USC", "UNC", "UAB", "UVA", "UW", "NYU", "SSM", "MUSC", "OHSU",
     "CHRISTUS", "UMC", "II", "III", "IV", "USA", "UT", "AMG", "OSF", "OU", "NYC", "LLC", "LP", "PLLC", "HSHS", "UF",
     "JFK", "MD", "DO", "US", "AHN", "PHI", "AMITA", "ECU", "OSU", "OLOL", "NE", "NW", "SE", "SW", "LTACH")
)  # fmt: skip
KEPT_LOWER = frozenset(("of", "the", "and", "at", "for", "in", "on", "by", "de", "del", "la", "las", "los", "y", "a"))


def shown(name: str | None) -> str:
    """A name written in capitals as people write it: "SOUTHEAST HEALTH MEDICAL CENTER" → "Southeast Health Medical
    Center". A name with small letters is left as it is."""
    said = re.sub(r"\s+", " ", name or "").strip()
    if said != said.upper():
        return said
    words = [_shown_word(word, place) for place, word in enumerate(said.split(" "))]
    return " ".join(words)


def _shown_word(word: str, place: int) -> str:
    bare = re.sub(r"[^A-Z]", "", word)
    if bare in KEPT_UPPER or (1 < len(bare) < 5 and bare != "ST" and not re.search(r"[AEIOUY]", bare)):
        return word if bare not in ("MT", "DR", "MR", "MRS", "FT", "JR", "SR") else word.capitalize()
    if place and word.lower() in KEPT_LOWER:
        return word.lower()
    return re.sub(r"[A-Za-z]+(?:['’][A-Za-z]+)?", lambda part: part.group().capitalize(), word)


def plain(name: str | None) -> str:
    """Lower case, words only: how developers' and lists' names are compared with the playbook's beginnings."""
    return re.sub(r"[^a-z0-9]+", " ", (name or "").lower()).strip()
