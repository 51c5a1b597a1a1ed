"""Numbers and pictures of deals: committee, timeline, board, path."""
