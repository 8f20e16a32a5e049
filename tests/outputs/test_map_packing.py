"""Numbers and long lists as text: nothing is lost between Python and the browser."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.outputs import map as map_package
from districting.outputs.map.compact import MANY, compacted, restored
from districting.outputs.map.packing import ALPHABET, LIMIT, packed, packed_steps, unpacked

whole = st.one_of(st.integers(-30, 30), st.integers(-40_000, 40_000), st.integers(-LIMIT + 1, LIMIT - 1))
decimals = st.integers(-(10**9), 10**9).map(lambda n: n / 100)
words = st.text(st.sampled_from("学区a0-<&\\\"'{}\n\u2028\U00020bb7\U0001f600\U0001f601\u0628"), max_size=6)


def browser_reads(page, script, value):
    """What a script of the page makes of a value, both as JSON text, so that the driver changes nothing."""
    return json.loads(page.evaluate(f"text => JSON.stringify({script}(JSON.parse(text)))", json.dumps(value)))


@given(st.lists(whole))
def test_numbers_come_back(numbers):
    assert unpacked(packed(numbers)).tolist() == numbers


@given(st.lists(whole, max_size=40))
def test_numbers_written_one_by_one_are_the_text_of_all(numbers):
    assert "".join(packed([n]) for n in numbers) == packed(numbers)


def test_the_text_needs_no_escape_anywhere():
    assert len(ALPHABET) == 57 + 32 == len(set(ALPHABET))
    assert not set(ALPHABET) & set('"\\<>& \n')
    assert json.dumps(ALPHABET) == f'"{ALPHABET}"'


@pytest.mark.parametrize(("size", "largest"), [(1, 28), (2, 940), (3, 30_124)])
def test_small_numbers_are_short(size, largest):
    """57 codes of one character, 57 x 32 more of two, 57 x 32 x 32 more of three; half of them stand for negative numbers."""
    assert [len(packed([n])) for n in (largest, -largest, largest + 1)] == [size, size, size + 1]


@pytest.mark.parametrize("wrong", [[0.5], [LIMIT], [-LIMIT]])
def test_numbers_that_the_page_could_not_hold_are_refused(wrong):
    with pytest.raises(ValueError, match="only whole numbers"):
        packed(wrong)


@pytest.mark.parametrize("wrong", ["z", "!z", "<", "学", "~" * 11 + "!", "~" * 40 + "!"])
def test_text_that_is_not_packed_numbers_is_refused(wrong):
    with pytest.raises(ValueError, match="packed number"):
        unpacked(wrong)


def trees():
    """Lists long enough to be packed, beside some that are not."""
    values = st.one_of(
        st.lists(whole, min_size=1, max_size=9), st.lists(st.none() | decimals | whole, min_size=1, max_size=9), st.lists(words, min_size=1, max_size=9)
    )
    return st.dictionaries(st.sampled_from("abcdef"), values, min_size=1).map(
        lambda tree: {"long": {k: v * (MANY // len(v) + 1) for k, v in tree.items()}, "short": tree}
    )


@given(trees())
@settings(max_examples=30, deadline=None)
def test_lists_come_back(tree):
    assert restored(json.loads(json.dumps(compacted(tree)))) == tree


def test_what_cannot_be_packed_stays_as_it_is():
    third, mixed = [1 / 3] * MANY, ["a", 1] * MANY
    assert compacted({"third": third, "mixed": mixed, "truth": [True, False] * MANY}) == {"third": third, "mixed": mixed, "truth": [True, False] * MANY}
    with pytest.raises(ValueError, match="unknown packing"):
        restored({"packed": "else"})


@pytest.mark.browser
def test_the_browser_reads_what_python_wrote(chromium):
    page = chromium.new_page()
    page.add_script_tag(content=resources.files(map_package).joinpath("assets", "packing.js").read_text(encoding="utf-8"))
    for numbers in ([], [0, -1, 1, 28, -28, 29, 940, 941], [2**30, -(2**30)], [2**31, -(2**31) - 1], [LIMIT - 1, 1 - LIMIT, 0]):
        assert browser_reads(page, "(text => Array.from(unpackedNumbers(text)))", packed(numbers)) == numbers
        assert browser_reads(page, "(text => Array.from(unpackedSteps(text)))", packed_steps(half := [n // 2 for n in numbers])) == half
    for numbers, kind in (([900_000_000, 1_800_000_000], "Int32Array"), ([900_000_000, 1_800_000_000, 2_700_000_000], "Float64Array")):
        assert browser_reads(page, "(text => unpackedSteps(text).constructor.name)", packed_steps(numbers)) == kind

    @given(trees())
    @settings(max_examples=12, deadline=None)
    def read(tree):
        assert browser_reads(page, "restoredData", compacted(tree)) == tree

    read()
    page.close()
