"""What the components draw: nothing the content policy forbids, nothing unescaped, every icon in the sprite."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.template import engines

import rounds.web
from rounds.kit import clock
from rounds.web.templatetags import marks
from tests.web.look import sheet
from tests.web.look.server import inline, page

WEB = Path(rounds.web.__file__).parent
ROOT = WEB.parents[2]
EVIL = """"><script>alert(1)</script>'"""
FORBIDDEN = re.compile(r"""\sstyle=|\son[a-z]+=["']|\shx-on|javascript:|hx-vals=['"]js:""")


def drawn() -> str:
    return page("/look/?sort=-beds", sheet.context())


@pytest.mark.req("UI-01")
def test_the_sheet_has_nothing_the_content_policy_forbids():
    html = drawn()
    assert not FORBIDDEN.findall(html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all('src="' in tag or 'type="application/json"' in tag for tag in scripts)


@pytest.mark.parametrize("file", sorted((WEB / "templates").rglob("*.html")), ids=lambda f: f.name)
def test_no_template_has_inline_style_or_script(file):
    text = file.read_text()
    assert not FORBIDDEN.findall(text)
    assert "{{ attrs }}" not in text, "django-cotton does not escape it: use {{ attrs|html_attrs }}"


def test_ids_are_unique():
    found = re.findall(r'\sid="([^"]+)"', drawn())
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize(
    "source",
    [
        '<c-band band="warm" :provisional="True" :why="evil" />',
        '<c-avatar :name="evil" />',
        '<c-fact label="Beds" :value="evil" :source="evil" :hint="evil" :other="evil" />',
        '<c-question :ask="evil" action="/x/" :answers="answers" />',
        '<c-event :title="evil" :lead="evil">{{ evil }}</c-event>',
        '<c-refusal :title="evil">{{ evil }}</c-refusal>',
        '<c-chip :field="evil" :value="evil" remove="?" />',
        '<c-tag :hint="evil">{{ evil }}</c-tag>',
        '<c-field label="Name" name="name" :value="evil" :error="evil" />',
        '<c-toast :text="evil" />',
        '<c-edit-form url="/x/" :label="evil" :value="evil" />',
        '<c-kpi :label="evil" :value="evil" :note="evil" />',
        '<c-chart kind="bars" :words="evil" :data="rows" />',
        '<c-head :finding="evil">{{ evil }}</c-head>',
        '<c-head finding="{{ evil }}" />',
        '<c-panel :heading="evil" :sub="evil">{{ evil|matched:"a" }}</c-panel>',
    ],
)
def test_what_people_type_is_escaped(source):
    html = inline(source, evil=EVIL, answers=[(EVIL, EVIL, 3)], rows={"rows": [{"label": EVIL, "value": 1}]})
    assert "<script>alert" not in html
    assert "alert(1)</script>'\"" not in html
    # The text never ends the attribute it stands in.
    for value in re.findall(r'="([^"]*)"', html):
        assert "<script" not in value


def test_further_attributes_are_escaped():
    html = (
        engines["django"].from_string("{{ given|html_attrs }}").render({"given": {"title": '" onx="1', "hidden": True}})
    )
    assert html == ' title="&quot; onx=&quot;1" hidden'


def test_a_component_does_not_see_the_page_around_it():
    assert "secret" not in inline("<c-empty heading='Nothing' />", slot="secret", act="secret", icon="secret")


def test_marks_say_in_words_what_they_show():
    assert "48 of 100 today, between 58 and 91 once everything is known" in marks.score(48, 58, 91)
    assert "Not scored" in marks.score(None)
    assert ", provisional" in marks.band("warm", True, "Fit A, 47 of 75 known")
    assert "Not tiered" in marks.tier(None)
    assert "No tier" in marks.tier(0)
    assert "Fit unknown" in marks.grade(None)
    assert 'aria-label="No owner"' in marks.avatar("")


@pytest.mark.parametrize(("shift", "said"), [(-38, "38 min late"), (125, "2 h left"), (4320, "3 days")])
def test_clocks(shift, said):
    now = clock.now()
    assert said in marks.due(now + timedelta(minutes=shift), now)


@pytest.mark.parametrize(("today", "low", "high"), [(-5, 0, 300), (100, 100, 100), (0, 0, 0), ("x", None, 7)])
def test_ranges_stay_within_their_bar(today, low, high):
    for start, width in re.findall(r'x="([\d.-]+)"(?: y="3")? width="([\d.]+)"', marks.spread(today, low, high)):
        assert float(start) >= 0
        assert float(start) + float(width) <= 101


def test_chips_read_as_sentences_and_know_the_list_without_them():
    html = inline("<c-filters :query='query' />", query=sheet.query())
    assert "at least" in html
    assert "New York, New Jersey" in html
    assert "?f=ehr.is.Epic&amp;or=state.is.NY,NJ~name.has.harbor" in html
    assert "?f=beds.gte.500&amp;f=ehr.is.Epic&amp;or=name.has.harbor" in html


def test_every_icon_is_in_the_sprite(built):
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (built / "icons.svg").read_text()))
    asked = set(re.findall(r"icons\.svg#([a-z0-9-]+)", drawn()))
    for file in (WEB / "templates").rglob("*.html"):
        asked |= set(re.findall(r'\{%\s*icon "([a-z0-9-]+)"', file.read_text()))
    asked |= {mark for _, mark, _ in (*marks.BANDS.values(), *marks.GATES.values())} | set(marks.CLOCKS.values())
    assert asked <= sprite


def test_the_lock_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in p or p.get("inBundle") for name, p in lock["packages"].items() if name)
