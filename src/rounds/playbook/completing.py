"""A playbook written for an older version of Rounds, completed: what this version asks for and the files do not say is
taken from the shipped ones, word for word. Every figure, comment and order the company wrote stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from rounds.kit.refusal import Refusal
from rounds.playbook.editing import node_at
from rounds.playbook.loader import PlaybookRefused, default, folder_of, gaps, load
from rounds.playbook.reading import YamlRefused, read

Path = tuple[Any, ...]
COMPANIONS = {"automations/": "automation.yaml", "sequences/": "reach/rules.yaml", "templates/": "reach/rules.yaml"}
"""A playbook without this file is older than the folder: it gets what is shipped there. With it, what is not there was
taken out on purpose."""
MOST_KEYS = 200
"""More than this is no older playbook but another one."""


class CannotComplete(Refusal):
    """The playbook cannot be completed for this version of Rounds."""


@dataclass(frozen=True)
class Completed:
    """The files as this version reads them, and what was added: "closing.yaml", "universe.yaml › closing"."""

    files: dict[str, str]
    added: tuple[str, ...]


def completed(files: Mapping[str, str]) -> Completed:
    """`files` with the missing files and keys of the shipped playbook; the same files where nothing is missing.

    Raises CannotComplete, naming file and line, where something else is in the way: a key that is gone, a value that
    is not taken any more, an entry of the company's own that needs a new key, or files that no longer agree.
    """
    try:
        return Completed(dict(load(files).files), ())
    except PlaybookRefused:
        pass
    shipped = default().files
    added = [name for name in shipped if name not in files and (folder_of(name) is None or COMPANIONS[folder_of(name)] not in files)]
    texts = {**{name: shipped[name] for name in added}, **files}
    while places := gaps(texts):
        file, path = places[0]
        if len(added) >= MOST_KEYS:
            raise CannotComplete(f"More than {MOST_KEYS} keys are missing; {_MEND}")
        texts[file] = _with_key(file, texts[file], path)
        added.append(" › ".join(map(str, (file, *path))))
    try:
        return Completed(dict(load(texts).files), tuple(added))
    except PlaybookRefused as refused:
        said = " ".join(str(finding) for finding in refused.findings[:3])
        more = f" ({len(refused.findings)} findings in all)" if len(refused.findings) > 3 else ""
        raise CannotComplete(f"{said}{more} {_MEND[:1].upper()}{_MEND[1:]}") from refused


_MEND = "write the playbook out with `rounds playbook export DIR`, mend it there, and `rounds playbook publish DIR`."


def _with_key(file: str, text: str, path: Path) -> str:
    """`text` with the shipped key at `path` added to its map. Raises CannotComplete."""
    place = " › ".join(map(str, path))
    data, theirs = read(file, text).data, default().files[file]
    try:
        exact = _shipped_path(data, read(file, theirs).data, path)
        value = _at(read(file, theirs).data, exact)
        new = _inserted(text, path, theirs, exact, value)
        _at(data, path[:-1])[path[-1]] = value
        holds = read(file, new).data == data
    except (KeyError, IndexError, TypeError, StopIteration, YamlRefused):
        holds = False
    if not holds:
        raise CannotComplete(f"{file}: {place} is missing, and the shipped playbook has nothing to put there; {_MEND}")
    return new


def _shipped_path(ours: Any, theirs: Any, path: Path) -> Path:
    """`path` of our data as a path of the shipped data: an entry of a list is found by its first key (its name)."""
    found: list[Any] = []
    for part in path[:-1]:
        ours = ours[part]
        if isinstance(part, int):
            key, name = next(iter(ours.items()))
            part = next(place for place, entry in enumerate(theirs) if entry.get(key) == name)
        theirs = theirs[part]
        found.append(part)
    return (*found, path[-1])


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _inserted(text: str, path: Path, theirs: str, exact: Path, value: Any) -> str:
    """`text` with the key behind the last of its map, as it stands in the shipped text where the layout allows."""
    ours = node_at(_composed(text), path[:-1])
    source = node_at(_composed(theirs), exact[:-1])
    if ours.flow_style:
        # Dumped as a map of its own: a comma in a text must be quoted inside of braces.
        flow = yaml.safe_dump({path[-1]: value}, default_flow_style=True, width=10**6, allow_unicode=True).strip()[1:-1]
        end = ours.end_mark.index - 1
        return f"{text[:end].rstrip()}{', ' if ours.value else ''}{flow}{text[end:]}"
    lines = _lines(theirs, source, exact[-1])
    indent = " " * ours.value[0][0].start_mark.column
    end = _end(ours.value[-1][1])
    end = end - 1 if text[end - 1 : end] == "\n" else text.find("\n", end) if "\n" in text[end:] else len(text)
    return text[:end] + "".join(f"\n{indent}{line}" if line else "\n" for line in lines) + text[end:]


def _lines(text: str, parent: yaml.MappingNode, key: Any) -> list[str]:
    """The lines of one key of a map, with the comment above it, as they would stand at the margin."""
    name, value = next(pair for pair in parent.value if pair[0].value == str(key))
    column, end = name.start_mark.column, _end(value)
    if parent.flow_style:
        return [text[name.start_mark.index : end]]
    stop = text.find("\n", end) if text[end - 1 : end] != "\n" else end
    lines = text[name.start_mark.index : stop if stop >= 0 else len(text)].rstrip().split("\n")
    above: list[str] = []
    for line in reversed(text[: name.start_mark.index].rstrip(" ").split("\n")[:-1]):
        if not line.startswith(" " * column + "#"):
            break
        above.insert(0, line)
    return [*(line[column:] for line in above), lines[0], *(line[column:] for line in lines[1:])]


def _end(node: yaml.Node) -> int:
    """Where the last word of a node ends (a block map's own mark lies behind the blank lines and comments after it)."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node.end_mark.index


def _composed(text: str) -> yaml.Node:
    return yaml.compose(text, Loader=yaml.SafeLoader)
