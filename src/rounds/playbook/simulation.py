"""How the assumptions of the simulated company are read: strictly, as a playbook is, but they are part of none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from rounds.kit.refusal import Refusal
from rounds.playbook.reading import read
from rounds.playbook.shapes.simulation import Simulation

SHIPPED = Path(__file__).parent / "numbers" / "simulation.yaml"


class AssumptionsRefused(Refusal):
    """The assumptions cannot be used."""

    status = 422


def assumptions(file: Path) -> Simulation:
    """The assumptions in `file`. Raises AssumptionsRefused naming the line and the key, YamlRefused."""
    document = read(file.name, file.read_bytes())
    try:
        return Simulation.model_validate(document.data)
    except ValidationError as error:
        one = error.errors()[0]
        line, key = document.line(*one["loc"]), " › ".join(map(str, one["loc"]))
        raise AssumptionsRefused(f"{file.name}:{line}: {key}: {one['msg'][:200]}. Write it as the shipped file does.") from None


@cache
def shipped() -> Simulation:
    """The assumptions that ship with Rounds."""
    return assumptions(SHIPPED)
