"""Text: the plain forms names and places are compared by."""

from __future__ import annotations

import re
import unicodedata

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan",
    "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming", "PR": "Puerto Rico", "VI": "Virgin Islands", "GU": "Guam", "AS": "American Samoa",
    "MP": "Northern Mariana Islands",
}  # fmt: skip
_BY_NAME = {name.lower(): code for code, name in STATES.items()}
_NOISE = re.compile(r"\b(inc|llc|ltd|corp|corporation|the|of|and|at)\b")


def plain(said: str) -> str:
    """Lower case, no accents, one blank between words."""
    decomposed = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", decomposed.lower()).strip()


def plain_organization(name: str) -> str:
    """An organisation's name as it is compared: Saint = St., no company form, no filler words."""
    words = plain(name).replace("saint ", "st ").replace("medical ctr", "medical center")
    return re.sub(r"\s+", " ", _NOISE.sub(" ", words)).strip()


def state_code(said: str) -> str:
    """The two-letter code of a state said as code or name in any case; '' when it is none of the US states."""
    word = said.strip()
    if word.upper() in STATES:
        return word.upper()
    return _BY_NAME.get(re.sub(r"[^a-z ]+", "", word.lower()).strip(), "")


def domain_of(said: str) -> str:
    """The registrable-looking domain of an e-mail or web address: the last two labels, '' where there is none."""
    host = re.sub(r"^.*@|^[a-z]+://", "", said.strip().lower()).split("/")[0].split(":")[0].strip(".")
    labels = [label for label in host.removeprefix("www.").split(".") if label]
    return ".".join(labels[-2:]) if len(labels) >= 2 else ""


def digits(said: str) -> str:
    """The digits of a telephone number as it is compared: without the country code 1 of the United States."""
    found = re.sub(r"[^0-9]", "", said)
    return found[1:] if len(found) == 11 and found[0] == "1" else found
