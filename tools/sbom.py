"""What a Rounds is made of, as CycloneDX 1.6 JSON, from the locks alone: the same locks give the same bytes.

python tools/sbom.py [FILE]: Python packages of requirements/demo.txt with the digests that may be installed, and the npm
packages the browser assets are built with.
"""

from __future__ import annotations

import base64
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

from locks import ROOT, hashes, npm

SPACE = uuid.UUID("5b0c9f1e-6f0a-5d57-9d0b-3c1d3f0d7a11")
"""Ours, for the document's own number."""


def document(root: Path) -> dict[str, Any]:
    """The bill of materials."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    parts = sorted([*_python(root), *_npm(root)], key=lambda part: part["bom-ref"])
    number = uuid.uuid5(SPACE, json.dumps(parts, sort_keys=True) + project["version"])
    itself = {"type": "application", "name": "rounds", "version": project["version"], "bom-ref": "rounds",
              "description": project["description"], "licenses": [{"license": {"id": project["license"]}}]}  # fmt: skip
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}", "version": 1, "metadata": {"component": itself}, "components": parts,
        "dependencies": [{"ref": "rounds", "dependsOn": [part["bom-ref"] for part in parts]}],
    }  # fmt: skip


def _python(root: Path) -> list[dict[str, Any]]:
    found = []
    for (name, version), digests in hashes(root, "demo").items():
        purl = f"pkg:pypi/{name}@{version}"
        found.append({"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl, "scope": "required",
                      "properties": [{"name": "rounds:sha256", "value": digest} for digest in digests]})  # fmt: skip
    return found


def _npm(root: Path) -> list[dict[str, Any]]:
    found = {}
    for name, entry in npm(root):
        purl = f"pkg:npm/{quote(name, safe='/')}@{entry['version']}"
        part: dict[str, Any] = {"type": "library", "name": name, "version": entry["version"], "purl": purl, "bom-ref": purl,
                                "scope": "excluded" if entry.get("dev") else "required"}  # fmt: skip
        if licence := entry.get("license"):
            part["licenses"] = [{"expression": licence}]
        kind, _, digest = entry.get("integrity", "").partition("-")
        if kind == "sha512":
            part["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
        found[purl] = part
    return list(found.values())


def text(root: Path) -> str:
    return json.dumps(document(root), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    made = text(ROOT)
    if sys.argv[1:]:
        Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(sys.argv[1]).write_text(made)
        print(f"{sys.argv[1]}: {len(json.loads(made)['components'])} components")
    else:
        sys.stdout.write(made)
