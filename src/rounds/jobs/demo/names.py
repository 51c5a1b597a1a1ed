"""Invented names: towns nobody can find on a map, hospitals named after them, people of no fixed address."""

from __future__ import annotations

import tomllib
from importlib import resources
from random import Random

WORDS = tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text())
FIRST, SECOND = WORDS["town_begins"], WORDS["town_ends"]
KINDS = {
    "large": ("University Medical Center", "Regional Medical Center", "General Hospital", "Medical Center"),
    "middle": ("Community Hospital", "General Hospital", "Memorial Hospital", "Medical Center"),
    "small": ("Community Hospital", "District Hospital", "Memorial Hospital", "Hospital"),
    "critical": ("Critical Access Hospital", "Valley Hospital", "County Hospital"),
    "psychiatric": ("Behavioral Health Hospital", "Center for Behavioral Health"),
    "federal": ("Veterans Medical Center",),
    "childrens": ("Children's Hospital",),
    "long_term": ("Specialty Hospital",),
}
SYSTEMS = ("Health", "Health System", "Health Partners", "Healthcare", "Care Alliance", "Health Network")


class Names:
    """Draws names from one seeded source, so that the same seed names the same world."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()
        pairs = [first + second for first in FIRST for second in SECOND if first[-1] != second[0]]
        random.shuffle(pairs)
        self.towns = iter(pairs)

    def town(self) -> str:
        """A town not drawn before; after the invented ones run out, their northern and lower twins."""
        for town in self.towns:
            return town
        pairs = [f"{side} {first}{second}" for side in ("North", "Lower") for first in FIRST for second in SECOND]
        self.random.shuffle(pairs)
        self.towns = iter(pairs)
        return next(self.towns)

    def once(self, *tries: str) -> str:
        """The first of `tries` that nothing is named yet, else the last one with a number."""
        for name in tries:
            if name not in self.taken:
                self.taken.add(name)
                return name
        number = 2
        while f"{tries[-1]} {number}" in self.taken:
            number += 1
        self.taken.add(f"{tries[-1]} {number}")
        return f"{tries[-1]} {number}"

    def hospital(self, town: str, kind: str) -> str:
        forms = list(KINDS[kind])
        self.random.shuffle(forms)
        return self.once(*(f"{town} {form}" for form in forms))

    def system(self, town: str) -> str:
        return self.once(f"{town} {self.random.choice(SYSTEMS)}", f"{town} United Health")

    def people(self, count: int) -> list[str]:
        """So many people, no two of one name."""
        found: dict[str, None] = {}
        while len(found) < count:
            found.setdefault(self.person())
        return list(found)

    def person(self) -> str:
        return f"{self.random.choice(WORDS['given'])} {self.random.choice(WORDS['family'])}"


def domain(name: str) -> str:
    """A web domain that can never be anybody's: letters of the name under .example."""
    letters = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    return f"{letters}.example"


def address_of(person: str, at: str) -> str:
    """An e-mail address of `person` at the domain `at`, in plain letters."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", person).encode("ascii", "ignore").decode().lower()
    return f"{'.'.join(plain.split())}@{at}"
