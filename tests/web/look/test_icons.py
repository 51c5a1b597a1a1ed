"""Every icon a template names is in the picture of icons: one that is not shows as a gap."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

WEB = ROOT / "src" / "rounds" / "web"
BUILT = WEB / "static" / "build" / "icons.svg"
NAMED = re.compile(r"{%\s*(?:icon|tag)\s(.*?)%}")
LUCIDE = ROOT / "node_modules" / "lucide-static" / "icons"


@pytest.mark.req("UI-01")
@pytest.mark.skipif(not (BUILT.is_file() and LUCIDE.is_dir()), reason="the assets are not built: npm ci && npm run build")
def test_no_template_names_an_icon_that_was_not_built():
    built = set(re.findall(r'<symbol id="([a-z0-9-]+)"', BUILT.read_text()))
    missing = {
        f"{file.relative_to(WEB)}: {name}"
        for file in (WEB / "templates").rglob("*.html")
        for said in [*NAMED.findall(file.read_text()), *re.findall(r'icon=("[a-z0-9-]+")', file.read_text())]
        for name in re.findall(r'"([a-z0-9-]+)"', said)
        if name not in built and (LUCIDE / f"{name}.svg").is_file()
    }
    assert missing == set(), "write {% icon … %} or add it to assets/icons.txt"
