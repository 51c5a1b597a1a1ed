"""How Rounds writes numbers, money, shares and dates. Plain functions; `look` makes filters of them.

Nothing is shown more exactly than it is known, and nothing is rounded up to a milestone:
84.96 % is written 84.9 %, and 99.6 % of the rows is never "100 %".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

THIN = "\u2009"  # between a figure and its percent sign
MINUS = "\u2212"  # a true minus, as wide as a plus
DASH = "\u2013"  # between the two ends of a range
UNKNOWN = "Unknown"

NEAR = timedelta(days=14)  # dates within a fortnight carry their weekday instead of their year


def _decimal(value: object) -> Decimal | None:
    """`value` as a decimal without the noise of binary fractions (0.57 stays 0.57); None when it is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    if not found.is_finite():
        return None
    return found.quantize(Decimal("1e-9")) if found.as_tuple().exponent < -9 else found  # type: ignore[operator]


def _fixed(value: Decimal, digits: int, rounding: str) -> str:
    """Grouped digits of the absolute value, with its sign as a true minus unless it became zero."""
    shown = abs(value).quantize(Decimal(1).scaleb(-digits), rounding=rounding)
    return (MINUS if value < 0 and shown else "") + f"{shown:,}"


def number(value: object, digits: int = 0) -> str:
    """2410 → "2,410"; -3.25 with one digit → "−3.3"; None → "Unknown"."""
    found = _decimal(value)
    return UNKNOWN if found is None else _fixed(found, digits, ROUND_HALF_UP)


def signed(value: object, digits: int = 0) -> str:
    """12 → "+12", -4 → "−4", 0 → "0"."""
    said = number(value, digits)
    return said if said == UNKNOWN or said.startswith(MINUS) or not said.strip("0.,") else "+" + said


def money(dollars: object) -> str:
    """Dollars, short: 4300000 → "$4.3M", 612400 → "$612k", 950 → "$950", 212e6 → "$212M"."""
    found = _decimal(dollars)
    if found is None:
        return UNKNOWN
    sign, size = (MINUS if found < 0 else ""), abs(found)
    for floor, unit in ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M")):
        # The floor is met once the figure would be written with four digits in the unit below.
        if size >= floor * Decimal("0.9995"):
            share = size / floor
            said = _fixed(share, 0 if share >= 100 else 1, ROUND_HALF_UP)
            return f"{sign}${said.removesuffix('.0')}{unit}"
    if size >= Decimal("999.5"):
        said = _fixed(size / 1000, 0 if size >= 9_950 else 1, ROUND_HALF_UP)
        return f"{sign}${said.removesuffix('.0')}k"
    return f"{sign}${_fixed(size, 0, ROUND_HALF_UP)}"


def money_full(dollars: object) -> str:
    """Dollars where they are agreed, to the dollar: 2220000 → "$2,220,000"."""
    found = _decimal(dollars)
    if found is None:
        return UNKNOWN
    said = _fixed(found, 0, ROUND_HALF_UP)
    return f"{MINUS}${said[1:]}" if said.startswith(MINUS) else f"${said}"


def percent(hundredths: object, digits: int = 0) -> str:
    """Hundredths, cut and never rounded up: 84.96 → "84 %", with one digit "84.9 %"."""
    found = _decimal(hundredths)
    return UNKNOWN if found is None else _fixed(found, digits, ROUND_DOWN) + THIN + "%"


def share(ratio: object, digits: int = 0) -> str:
    """A ratio of 0 to 1 as per cent: 0.57 → "57 %", -0.026 with one digit → "−2.6 %"."""
    found = _decimal(ratio)
    return UNKNOWN if found is None else percent(found * 100, digits)


def signed_share(ratio: object, digits: int = 1) -> str:
    """0.041 → "+4.1 %", -0.026 → "−2.6 %"."""
    said = share(ratio, digits)
    found = _decimal(ratio)
    return "+" + said if found is not None and found > 0 and any(c in "123456789" for c in said) else said


def between(low: object, high: object, unit: str = "") -> str:
    """The ends of a range: (29, 48, "%") → "29–48 %"; equal ends are said once."""
    first, last = number(low), number(high)
    said = first if first == last else f"{first}{DASH}{last}"
    return said + (THIN + unit if unit else "")


def day(value: date | datetime | None, today: date) -> str:
    """ "Fri 20 Nov" within a fortnight of `today`, "22 Jan 2027" elsewhere; None → "Unknown"."""
    if value is None:
        return UNKNOWN
    found = value.date() if isinstance(value, datetime) else value
    if abs(found - today) <= NEAR:
        return f"{found:%a} {found.day} {found:%b}"
    return f"{found.day} {found:%b %Y}"


def clock(value: datetime | None) -> str:
    """24 hours: "10:02"."""
    return UNKNOWN if value is None else f"{value:%H:%M}"


def moment(value: datetime | None, today: date) -> str:
    """ "10:02" today, else the day and the time: "Fri 20 Nov, 10:02"."""
    if value is None:
        return UNKNOWN
    return clock(value) if value.date() == today else f"{day(value, today)}, {clock(value)}"


def length(span: timedelta) -> str:
    """A span in its largest whole unit, cut: "38 min", "2 h", "1 day", "14 months", "under 1 min"."""
    seconds = int(abs(span).total_seconds())
    days = seconds // 86_400
    if days >= 61:
        months = int(days // 30.44)
        return f"{months} months"
    if days >= 1:
        return f"{days} days" if days > 1 else "1 day"
    if seconds >= 3_600:
        return f"{seconds // 3_600} h"
    return f"{seconds // 60} min" if seconds >= 60 else "under 1 min"


def counted(count: object, noun: str) -> str:
    """(312, "lead") → "312 leads"; an irregular plural follows a comma: "person,people"."""
    one, _, many = noun.partition(",")
    return f"{number(count)} {one if _decimal(count) == 1 else many or one + 's'}"


def plural(noun: str) -> str:
    """ "lead" → "leads", "person,people" → "people"."""
    one, _, many = noun.partition(",")
    return many or one + "s"


def initials(name: str) -> str:
    """First letters of the first and the last word: "Ines Harrow" → "IH"."""
    parts = [part for part in str(name or "").replace(".", " ").split() if part[0].isalpha()]
    return ((parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")) if parts else "?").upper()
