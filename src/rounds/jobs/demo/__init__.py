"""The demo: the same cast as the tests, a synthetic market, and leads that moved over half a year."""

ADDRESS = "200 Example Street, Boston, MA 02110"
"""The postal address of the made-up vendor: without one no commercial letter goes."""
