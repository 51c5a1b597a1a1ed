"""Make 0001_initial anew from the models: until the first release there is no history to keep (docs/decisions/0007)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "rounds" / "models" / "migrations"
MAKE = "import django; django.setup(); from django.core.management import call_command; call_command('makemigrations', 'rounds', name='initial', verbosity=1)"


def main() -> int:
    """Write src/rounds/models/migrations/0001_initial.py; the old one stands again where that fails."""
    first, ground = FOLDER / "0001_initial.py", FOLDER / "0002_ground.py"
    old, aside = first.read_text() if first.exists() else None, FOLDER / "0002_ground.py.aside"
    first.unlink(missing_ok=True)
    ground.rename(aside)
    try:
        made = subprocess.run([sys.executable, "-c", MAKE], check=False,  # noqa: S603
                              env={**os.environ, "DJANGO_SETTINGS_MODULE": "rounds.project.settings"})  # fmt: skip
    finally:
        aside.rename(ground)
    if made.returncode and old is not None:
        first.write_text(old)
    return made.returncode


if __name__ == "__main__":
    sys.exit(main())
