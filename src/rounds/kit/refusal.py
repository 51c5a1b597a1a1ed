"""A refusal: a named sentence with a status (law 10)."""

from __future__ import annotations


class Refusal(Exception):
    """Something the product declines to do. `str(refusal)` is a sentence that says why and how to go on.

    Subclasses are defined beside the action that raises them and set `status`, the HTTP status every door
    answers with (409 unless said otherwise). `field` names the input at fault, where there is one.
    """

    status: int = 409
    field: str | None = None

    def __init__(self, sentence: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence or (self.__doc__ or "").strip().split("\n")[0])
        if field is not None:
            self.field = field
