"""Strict YAML: plain maps, lists and scalars, with the line each of them stands on.

Refused, each with file, line and the way to mend it: duplicate keys (PyYAML would keep the last without a word),
anchors and aliases (bombs), tags (code), several documents, files that are not UTF-8, huge or deep files. Words
such as `no` and `on` stay words: only `true` and `false` are yes and no, only `null` and `~` are nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from rounds.kit.refusal import Refusal

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)$")
_NUMBER = re.compile(r"[-+]?([0-9][0-9_]*)?\.[0-9]+([eE][-+]?[0-9]+)?$|[-+]?[0-9]+[eE][-+]?[0-9]+$")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlRefused(Refusal):
    """A playbook file cannot be read."""

    status = 422

    def __init__(self, file: str, line: int, sentence: str, mend: str) -> None:
        super().__init__(f"{file}:{line}: {sentence} {mend}")
        self.file, self.line, self.sentence, self.mend = file, line, sentence, mend


@dataclass(frozen=True)
class Document:
    """One file as data, and the line (from 1) of every key path."""

    file: str
    data: Any
    lines: dict[tuple[Any, ...], int]

    def line(self, *path: Any) -> int:
        """The line of a path, or of its nearest known parent."""
        for length in range(len(path), -1, -1):
            found = self.lines.get(tuple(path[:length]))
            if found is not None:
                return found
        return 1


def read(file: str, text: str | bytes) -> Document:
    """Read one file. Raises YamlRefused."""
    if isinstance(text, bytes):
        text = _decode(file, text)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise YamlRefused(
            file, 1, f"The file is larger than {MAX_BYTES:,} bytes.", "Split it or remove what is not a rule."
        )
    return _Reader(file).document(text)


def _decode(file: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlRefused(file, line, "The text is not UTF-8.", "Save the file as UTF-8.") from None


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.nodes = file, 0
        self.lines: dict[tuple[Any, ...], int] = {}

    def document(self, text: str) -> Document:
        try:
            self.events = iter(yaml.parse(text, Loader=_Loader))
            return Document(self.file, self._stream(), self.lines)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            said = getattr(error, "problem", None) or "the text cannot be read"
            line = (mark.line + 1) if mark else 1
            raise YamlRefused(
                self.file, line, f"This is not YAML: {said}.", "Check indentation, quotes and brackets."
            ) from None

    def _stream(self) -> Any:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "The file holds several documents.", "Keep one, without a second '---'.")
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, ())
        return data

    def _refuse(self, event: Any, sentence: str, mend: str) -> None:
        raise YamlRefused(self.file, _line(event), sentence, mend)

    def _node(self, event: Any, path: tuple[Any, ...]) -> Any:
        self._guard(event, path)
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(step := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(step, (*path, len(items))))
            return items
        return self._mapping(path)

    def _mapping(self, path: tuple[Any, ...]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while not isinstance(step := next(self.events), yaml.MappingEndEvent):
            if not isinstance(step, yaml.ScalarEvent):
                self._guard(step, path)
                self._refuse(step, "A key must be one word or text.", "Write the key in quotes.")
            self._guard(step, path)
            key = _scalar(step)
            if key in found:
                first = self.lines[(*path, key)]
                self._refuse(
                    step, f"The key '{key}' stands twice (first on line {first}).", "Remove or rename one of them."
                )
            self.lines[(*path, key)] = _line(step)
            found[key] = self._node(next(self.events), (*path, key))
        return found

    def _guard(self, event: Any, path: tuple[Any, ...]) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(
                event, "Anchors (&) and aliases (*) are not allowed.", "Write the value out, or put it in quotes."
            )
        if getattr(event, "tag", None) is not None:
            self._refuse(event, f"The tag {event.tag} is not allowed.", "Remove it, or put the value in quotes.")
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            self._refuse(event, "The file is nested too deep or too long.", "Flatten or split it.")


def _line(event: Any) -> int:
    """The line an event begins on, from 1."""
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> Any:
    """A plain scalar as null, yes/no, number or text; a quoted one is text."""
    value: str = event.value
    if event.style in ("'", '"', "|", ">"):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if _INTEGER.match(value) and len(value) < 40:
        return int(value.replace("_", ""))
    if _NUMBER.match(value) and len(value) < 40:
        return float(value.replace("_", ""))
    return value
