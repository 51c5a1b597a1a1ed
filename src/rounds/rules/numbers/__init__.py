"""Numbers against their targets, and how they are shown: exact, and never rounded across a target."""
