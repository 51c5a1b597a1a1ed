"""Calendars outside: when somebody is busy, and what is booked for them written down there."""
