"""Pages of content and hand-offs."""
