"""A playbook of an older version is completed with the shipped words; what the company wrote stays."""

from __future__ import annotations

import copy

import pytest
import yaml

from rounds.playbook import CannotComplete, completed, default, load
from rounds.playbook.reading import read


def without(text: str, *path) -> str:
    """`text` as data without the key at `path`, written anew."""
    data = read("x", text).data
    place = data
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def test_a_playbook_that_is_whole_stays_as_it_is(files):
    found = completed(files)
    assert (found.added, found.files) == ((), files)


@pytest.mark.parametrize("file", ["fields.yaml", "universe.yaml", "routing/sla.yaml", "scoring/heat.yaml"])
def test_a_missing_file_is_taken_from_the_shipped_ones(files, file):
    shipped = files.pop(file)
    found = completed(files)
    assert found.added == (file,)
    assert found.files[file] == shipped


def test_a_missing_block_is_added_word_for_word_and_every_figure_comment_and_order_stays(edited, files):
    edited("universe.yaml", "alert_days: 90", "alert_days: 45   # ours: the board asks early")
    start = files["universe.yaml"].index("\nbudget_window:")
    end = files["universe.yaml"].index("\nehr_sources:")
    block, older = files["universe.yaml"][start:end], files["universe.yaml"][:start] + files["universe.yaml"][end:]
    older_all = {**files, "universe.yaml": older}
    found = completed(older_all)
    assert found.added == ("universe.yaml › budget_window",)
    book = load(found.files)
    assert book.universe.budget_window == default().universe.budget_window
    assert all(line in found.files["universe.yaml"].split("\n") for line in older.split("\n"))
    assert found.files["universe.yaml"].startswith(older[:start])
    assert "alert_days: 90" in found.files["universe.yaml"]
    assert "alert_days: 45" in block


@pytest.mark.parametrize(
    ("file", "path", "name"),
    [
        ("universe.yaml", ("metro", "top"), "metro › top"),
        ("universe.yaml", ("freshness", "news_days"), "freshness › news_days"),
        ("picklists.yaml", ("stance",), "stance"),
        ("tiers/abm.yaml", ("tiers", 1, "service", "package"), "tiers › 1 › service › package"),
        ("scoring/lead_fit.yaml", ("categories", 1, "criteria", 0, "ask"), "categories › 1 › criteria › 0 › ask"),
        ("calendar.yaml", ("business", "end"), "business › end"),
        ("programme.yaml", ("plays", 0, "title"), "plays › 0 › title"),
    ],
)
@pytest.mark.parametrize("flow", [False, True])
def test_any_missing_key_comes_back_at_any_depth(files, file, path, name, flow):
    text = without(files[file], *path)
    if flow:
        text = yaml.safe_dump(yaml.safe_load(text), sort_keys=False, default_flow_style=True, width=10**6)
    found = completed({**files, file: text})
    assert found.added == (f"{file} › {name}",)
    assert read(file, found.files[file]).data == read(file, default().files[file]).data


def test_an_entry_is_found_by_its_name_not_by_its_place(files):
    text = files["scoring/lead_fit.yaml"]
    data = read("x", text).data
    first = data["categories"][0]["criteria"]
    first.reverse()
    gone = first[0].pop("ask")
    found = completed({**files, "scoring/lead_fit.yaml": yaml.safe_dump(data, sort_keys=False, allow_unicode=True)})
    assert read("x", found.files["scoring/lead_fit.yaml"]).data["categories"][0]["criteria"][0]["ask"] == gone


def test_what_is_in_the_way_otherwise_is_refused_with_a_sentence_and_a_mend(files):
    with pytest.raises(CannotComplete, match=r"universe.yaml:\d+: colour: this key is not known.*playbook export DIR"):
        completed({**files, "universe.yaml": files["universe.yaml"] + "colour: red\n"})
    with pytest.raises(CannotComplete, match="Rounds does not know this file"):
        completed({**files, "moods.yaml": "a: 1\n"})


def test_an_entry_of_the_companys_own_that_lacks_a_key_is_refused(files):
    data = read("x", files["programme.yaml"]).data
    own = {**copy.deepcopy(data["plays"][0]), "play": "ours"}
    del own["title"]
    data["plays"].append(own)
    with pytest.raises(CannotComplete, match=r"plays › .* › title is missing, and the shipped playbook has nothing"):
        completed({**files, "programme.yaml": yaml.safe_dump(data, sort_keys=False, allow_unicode=True)})
