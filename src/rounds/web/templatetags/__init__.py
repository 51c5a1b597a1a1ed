"""Tags and filters of the pages: words, numbers and the small marks that stand inside a line."""
