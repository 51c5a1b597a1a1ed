"""Routing verdicts: `territory`, `segment`, `role`, `sla`, `recycle`, a module each."""
