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


def plain(name: str | None) -> str:
    """Lower case, words only: how developers' and lists' names are compared with the playbook's beginnings."""
    return re.sub(r"[^a-z0-9]+", " ", (name or "").lower()).strip()
