"""The words of demos: states, and what happened."""

from __future__ import annotations

STATES = {
    "planned": ("Planned", "a-tag", "calendar"),
    "held": ("Held", "g-met", "circle-check"),
    "no_show": ("Nobody came", "s-soon", "user-x"),
    "cancelled": ("Called off", "tag-line", "circle-minus"),
}
CHANGES = {
    "planned": ("calendar", "Booked"),
    "moved": ("calendar", "Moved"),
    "held": ("circle-check", "Held"),
    "no_show": ("user-x", "Nobody came"),
    "cancelled": ("circle-minus", "Called off"),
}
FEEDBACK = {"positive": ("Positive", "g-met", "circle-check"), "not_positive": ("Not positive yet", "g-missing", "circle-dashed"),
            "unknown": ("No feedback yet", "tag-line", "circle-question-mark")}  # fmt: skip
