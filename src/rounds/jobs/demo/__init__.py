"""The demo: the same cast as the tests, a synthetic market, and leads that moved over half a year."""
