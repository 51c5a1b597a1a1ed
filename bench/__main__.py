"""Run every bench, one after another, each in a process of its own: `python -m bench [NAME …]`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the named benches, or all; the exit status says how many could not be run."""
    known = sorted(p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_"))
    asked = sys.argv[1:] or known
    if unknown := set(asked) - set(known):
        print(f"There is no bench named {', '.join(sorted(unknown))}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    broken = 0
    for name in asked:
        began = time.perf_counter()
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False, cwd=HERE.parent)
        broken += done.returncode != 0
        print(f"   ({time.perf_counter() - began:.0f} s)", flush=True)
    return broken


if __name__ == "__main__":
    sys.exit(main())
