"""A price book without sense is refused with the line and the way to mend it."""

from __future__ import annotations

import pytest

from rounds.playbook import PlaybookRefused, default, load
from rounds.playbook.checks import findings
from rounds.playbook.loader import read_only


@pytest.mark.req("PRICE-01", "PRICE-06")
@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("pricing/value.yaml", "weight: 30", "weight: 31", "weights sum to 101"),
        ("pricing/value.yaml", "{at_least: 500, score: 80}", "{at_least: 1500, score: 80}", "does not fall"),
        ("pricing/value.yaml", "fact: beds", "fact: rooms", "There is no fact 'rooms'"),
        ("pricing/discounts.yaml", "low: 15, high: 20", "low: 25, high: 20", "begins at 25 %"),
        ("pricing/discounts.yaml", "{at_most: 100, within: false, asks: [vp, finance]}", "{at_most: 90, within: false, asks: [vp, finance]}", "Nobody is named for 91 %"),
        ("pricing/discounts.yaml", "asks: [vp]}", "asks: [board]}", "There is no level 'board'"),
        ("pricing/discounts.yaml", "may: discount.approve_finance", "may: discount.approve_board", "There is no permission"),
        ("pricing/products.yaml", "band: {floor: 120000, ceiling: 320000}", "band: {floor: 420000, ceiling: 320000}", "begins above its end"),
        ("pricing/products.yaml", "least: 96000", "least: 960000", "reaches its price floor"),
        ("pricing/products.yaml", "at_least: 500000, source", "at_least: 50000, source", "sizes do not fall"),
        ("pricing/quotes.yaml", "{percent: 20, when", "{percent: 30, when", "sum to 110 %"),
        ("pricing/proposal.yaml", "from: approach", "from: thin_air", "Nothing is written from 'thin_air'"),
    ],
)
def test_a_price_book_without_sense_is_refused_with_its_line(file, old, new, says):
    files = dict(default().files)
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    with pytest.raises(PlaybookRefused, match=says) as refused:
        load(files)
    assert any(finding.file == file and finding.line > 1 for finding in refused.value.findings)


@pytest.mark.req("PRICE-06")
def test_a_line_of_the_matrix_nothing_reaches_is_said():
    files = dict(default().files)
    files["pricing/discounts.yaml"] = files["pricing/discounts.yaml"].replace("{at_most: 25, within: false, asks: [vp]}", "{at_most: 100, within: false, asks: [vp]}")
    assert any("No discount ever reaches this line" in finding.sentence for finding in findings(read_only(files)))


@pytest.mark.req("PRICE-11")
def test_deal_sizes_of_the_seeds():
    sizes = default().products.sizes
    assert [sizes.of(usd) and sizes.of(usd).size for usd in (2_000_000, 1_999_999, 500_000, 100_000, 99_999, 25_000, 24_999, None)] == [
        "tier_1", "tier_2", "tier_2", "tier_3", "growth", "growth", None, None]  # fmt: skip
    assert sizes.average_target.usd == 300_000
