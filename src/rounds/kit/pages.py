"""Addresses of our own pages, as somebody gave them: where to go on, what to keep in the rail. No open redirect."""

from __future__ import annotations

from urllib.parse import unquote

LONGEST = 2000
ROUNDS = 3
"""How often a path may have been encoded over and over; browsers decode none of it, what stands between may."""


def own_page(said: str, default: str = "/") -> str:
    """`said` where it is the path of a page of ours ("/leads/?f=…"), else `default`.

    Browsers read a backslash as a slash and leave out tabs and line ends, so that "/\\evil.example" and "/<tab>/evil"
    are other hosts to them: neither may stand in an address, nor in what its path decodes to.
    """
    if not said.startswith("/") or len(said) > LONGEST or not _plain(said):
        return default
    path = said.partition("?")[0].partition("#")[0]
    for _ in range(ROUNDS):
        if path.startswith("//") or not _plain(path):
            return default
        path = unquote(path)
    return default if path.startswith("//") or not _plain(path) else said


def _plain(said: str) -> bool:
    return "\\" not in said and " " not in said and said.isprintable()
