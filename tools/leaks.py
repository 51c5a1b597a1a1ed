"""Looks for secrets in what is committed (detect-secrets). python tools/leaks.py [FOLDER]

What looks like one and is none stands in requirements/leaks.toml: the file, the digest of the text, and why. (The file is
not called secrets.py: a script's folder comes first on Python's path, and the standard library has a module of that name.)
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings
from locks import ROOT, say

PASSED_OVER = ("requirements/", "package-lock.json")
"""Locks are digests from end to end; tests/house holds their shape."""

MADE_UP = {"Secret Keyword", "Basic Auth Credentials"}
"""Kinds that tests are full of on purpose (passwords of people who do not exist). Keys and tokens are looked for there too."""


def committed(root: Path) -> list[str]:
    """Every file git knows in `root`; all files where it is no checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    return [str(file.relative_to(root)) for file in sorted(root.rglob("*")) if file.is_file()]


def faults(root: Path) -> list[str]:
    """A sentence for each text that looks like a secret and is not allowed, and for each allowance nobody needs."""
    rules = tomllib.loads((root / "requirements" / "leaks.toml").read_text())["allowed"]
    allowed = {(rule["file"], rule["digest"]) for rule in rules}
    used, found = set(), []
    collection = SecretsCollection(root=str(root))
    with default_settings():
        collection.scan_files(*[name for name in committed(root) if not name.startswith(PASSED_OVER)])
    for name, secret in collection:
        if name.startswith("tests/") and secret.type in MADE_UP:
            continue
        digest = hashlib.sha256((secret.secret_value or "").encode()).hexdigest()[:16]
        if (name, digest) in allowed:
            used.add((name, digest))
            continue
        found.append(f"{name}:{secret.line_number} looks like a secret ({secret.type}, digest {digest}). Take it out and change it "
                     "wherever it is in use; if it is none, say so in requirements/leaks.toml.")  # fmt: skip
    found += [f"{name}: the allowance {digest} fits nothing any more; remove it." for name, digest in sorted(allowed - used)]
    return found


if __name__ == "__main__":
    say("leaks", faults(Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT), "nothing committed looks like a secret.")
