"""How automations run: what a condition is answered, what a cause starts, how a step is done."""
