"""Numbers of the desk: what waits for a person today."""
