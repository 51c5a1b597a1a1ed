"""Demonstrations: who should be in the room, and whether feedback is positive."""
