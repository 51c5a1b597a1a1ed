"""Numbers about the market: one account, its hospitals and people, and the whole map."""
