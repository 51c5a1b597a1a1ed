"""Automations as rules: what starts one, whether its conditions hold, what the guard says, when a schedule is due."""
