"""Numbers about leads: how one stands, how it came there, what is still to be found out."""
