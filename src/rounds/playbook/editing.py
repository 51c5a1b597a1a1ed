"""Changing one figure of a playbook file and nothing else: comments, order and layout stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from rounds.kit.refusal import Refusal
from rounds.playbook.choices import resolve
from rounds.playbook.reading import read


class NoSuchFigure(Refusal):
    """There is no figure at that place of the file."""

    status = 422


def with_value(files: Mapping[str, str], file: str, path: tuple[Any, ...], value: int | float | str) -> dict[str, str]:
    """`files` with the scalar at `path` of `file` replaced by `value`.

    `path` goes by names (categories, company_profile, criteria, organization_size, levels, large, points) or
    positions. Raises NoSuchFigure, and YamlRefused where the file cannot be read.
    """
    if file not in files:
        raise NoSuchFigure(f"The playbook has no file {file}.")
    text = files[file]
    try:
        exact = resolve(read(file, text).data, path)
    except (KeyError, IndexError, TypeError) as error:
        raise NoSuchFigure(f"{file} has nothing at {' › '.join(map(str, path))}.") from error
    node = node_at(yaml.compose(text, Loader=yaml.SafeLoader), exact)
    if not isinstance(node, yaml.ScalarNode):
        raise NoSuchFigure(f"{file}: {' › '.join(map(str, path))} is no single figure.")
    start, end = node.start_mark.index, node.end_mark.index
    return {**files, file: text[:start] + _written(value) + text[end:]}


def with_list(files: Mapping[str, str], file: str, path: tuple[Any, ...], values: Iterable[str]) -> dict[str, str]:
    """`files` with the list of words at `path` of `file`, written in brackets, replaced by `values`. Raises NoSuchFigure."""
    text = files.get(file, "")
    try:
        node = node_at(yaml.compose(text, Loader=yaml.SafeLoader), path)
    except (StopIteration, IndexError, TypeError, AttributeError) as error:
        raise NoSuchFigure(f"{file} has nothing at {' › '.join(map(str, path))}.") from error
    if not isinstance(node, yaml.SequenceNode) or not node.flow_style:
        raise NoSuchFigure(f"{file}: {' › '.join(map(str, path))} is no list in brackets; edit it as text.")
    said = ", ".join(_written(value) for value in values)
    return {**files, file: f"{text[: node.start_mark.index]}[{said}]{text[node.end_mark.index :]}"}


def node_at(node: Any, path: tuple[Any, ...]) -> Any:
    """The node at `path` (keys and positions) below a composed one. Raises StopIteration and IndexError."""
    for part in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[part]
        else:
            node = next(value for key, value in node.value if key.value == str(part))
    return node


def _written(value: int | float | str) -> str:
    """`value` as YAML that reads back as itself: a text is quoted unless it is a plain word."""
    if isinstance(value, str):
        plain = value.replace("_", "").isalpha() and value not in ("true", "false", "null")
        return value if plain else json.dumps(value)
    return str(value)
