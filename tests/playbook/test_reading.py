"""Strict reading: what YAML would swallow silently is refused with file, line and the way to mend it."""

from __future__ import annotations

import pytest

from rounds.playbook import PlaybookRefused, default, load
from rounds.playbook.reading import YamlRefused, read

HOSTILE = {
    "duplicate": ("a: 1\nb: 2\na: 3\n", 3, "'a' stands twice (first on line 1)"),
    "anchor": ("a: &x [1]\nb: *x\n", 1, "Anchors"),
    "bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", 1, "Anchors"),
    "tag": ("a: !!python/object/apply:os.system ['true']\n", 1, "tag"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "several documents"),
    "broken": ("a: [1, 2\nb: 3\n", 2, "not YAML"),
    "tab": ("a:\n\tb: 1\n", 2, "not YAML"),
    "map as key": ("? {a: 1}\n: 2\n", 1, "key must be"),
    "deep": ("[" * 60 + "]" * 60, 1, "nested too deep"),
    "merge": ("base: {a: 1}\nb:\n  <<: *base\n", 3, "Anchors"),
    "control": ("a: \x07\n", 1, "not YAML"),
}


@pytest.mark.req("X-2")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_refused_with_its_line(name):
    text, line, words = HOSTILE[name]
    with pytest.raises(YamlRefused) as refusal:
        read("x.yaml", text)
    assert words in str(refusal.value)
    assert refusal.value.line == line
    assert refusal.value.status == 422


def test_bytes_that_are_not_utf8_are_refused_by_line():
    with pytest.raises(YamlRefused, match=r"x.yaml:2: The text is not UTF-8"):
        read("x.yaml", b"a: 1\nb: \xff\n")


def test_a_huge_file_is_refused():
    with pytest.raises(YamlRefused, match="larger than"):
        read("x.yaml", "a: " + "x" * 1_000_001)


def test_words_stay_words():
    data = read("x.yaml", "a: [no, on, NO, yes, 1:30, 0123, '1', 2026-01-01, 1_000, 1.5, true, ~]").data
    assert data["a"] == ["no", "on", "NO", "yes", "1:30", "0123", "1", "2026-01-01", 1000, 1.5, True, None]


@pytest.mark.parametrize("name", ["../x.yaml", "/etc/x.yaml", "scoring/../../x.yaml", "scoring\\x.yaml"])
def test_a_name_that_leaves_the_playbook_is_refused(files, name):
    with pytest.raises(PlaybookRefused, match="leaves the playbook"):
        load(files | {name: "a: 1"})


def test_an_unknown_file_is_refused_with_the_nearest(files):
    with pytest.raises(PlaybookRefused, match=r"scoring/lead_fitt.yaml:1: .*Did you mean scoring/lead_fit.yaml"):
        load(files | {"scoring/lead_fitt.yaml": "a: 1"})


def test_a_missing_file_is_named(files):
    del files["ehr.yaml"]
    with pytest.raises(PlaybookRefused, match=r"ehr.yaml:1: The file is missing"):
        load(files)


def test_a_directory_reads_like_its_texts_and_links_out_are_refused(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert load(tmp_path).hash == default().hash
    (tmp_path / "ehr.yaml").unlink()
    (tmp_path / "ehr.yaml").symlink_to("/etc/hostname")
    with pytest.raises(PlaybookRefused, match="points outside"):
        load(tmp_path)
    with pytest.raises(PlaybookRefused, match="no such directory"):
        load(tmp_path / "nowhere")


def test_the_hash_names_the_content(files):
    same = {name: text.replace("\n", "\r\n") for name, text in files.items()}
    assert load(same).hash == default().hash
    files["fields.yaml"] += "# a word\n"
    assert load(files).hash != default().hash


def test_an_unknown_key_names_its_line(edited):
    with pytest.raises(PlaybookRefused, match=r"scoring/lead_fit.yaml:3: titel: this key is not known"):
        load(edited("scoring/lead_fit.yaml", "title: 100-point", "titel: 100-point"))


def test_a_figure_without_origin_is_refused(edited):
    with pytest.raises(PlaybookRefused, match="neither where it comes from"):
        load(edited("scoring/lead_fit.yaml", '        source: "004 IT Infrastructure Maturity"\n', ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 15}", 'points: "15"}'),
        ("points: 15}", "points: true}"),
        ("points: 15}", "points: -15}"),
        ("points: 15}", "points: 1.5}"),
    ],
)
def test_points_are_whole_numbers(edited, old, new):
    with pytest.raises(PlaybookRefused, match=r"scoring/lead_fit.yaml:\d+: .*points"):
        load(edited("scoring/lead_fit.yaml", old, new))


def test_a_ladder_step_has_one_floor(edited):
    with pytest.raises(PlaybookRefused, match="keep one floor"):
        load(
            edited("scoring/lead_fit.yaml", "{at_least: 500, level: large}", "{at_least: 500, above: 1, level: large}")
        )
