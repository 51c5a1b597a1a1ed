"""What is done with content and hand-offs."""
