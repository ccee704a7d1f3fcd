"""One value changed in a text of YAML: what was meant, and not a byte of anything else."""

from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pole.yamlfile import load
from protocols.editing import Unwritable, add, move, put, take
from protocols.merging import difference, merged
from protocols.registry import shipped_text

DEMO = shipped_text("demo-2026")
TEXTS = {name: shipped_text(name) for name in ("demo-2026", "hopital-2026", "reunion-2026")}


def plain(text: str) -> Any:
    return load(text).plain()


def lines_gone(before: str, after: str) -> list[str]:
    matcher = SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return [
        line
        for tag, start, end, _f, _l in matcher.get_opcodes()
        if tag != "equal"
        for line in before.split("\n")[start:end]
    ]


def test_a_word_changes_and_nothing_else():
    after = put(DEMO, ("title",), "Entente : « deux rives » #1")
    assert plain(after)["title"] == "Entente : « deux rives » #1"
    assert [line.partition(":")[0] for line in lines_gone(DEMO, after)] == ["title"]


def test_the_same_value_changes_nothing():
    for n, article in enumerate(plain(DEMO)["articles"]):
        assert put(DEMO, ("articles", n), article) == DEMO


def test_a_text_of_several_paragraphs_comes_back_as_it_was_typed():
    typed = (
        "Premier alinéa, assez long pour être plié " * 5
        + "fin.\n\nSecond : « n° 2 ».\n- un tiret\n# un dièse"
    )
    after = put(DEMO, ("articles", 5, "text"), typed)
    assert plain(after)["articles"][5]["text"] == typed
    assert all(
        line.startswith("      ") or line.strip() == "text: >-" for line in lines_gone(DEMO, after) if line
    )


def test_a_rule_changes_one_key_and_keeps_its_comment():
    place = next(n for n, article in enumerate(plain(DEMO)["articles"]) if article["number"] == "7")
    rule = plain(DEMO)["articles"][place]["rules"][0] | {"within": "1 working day"}
    after = put(DEMO, ("articles", place, "rules", 0), rule)
    assert lines_gone(DEMO, after) == ["        within: 4 working hours"]
    assert '# "As in article 5 §1"' in after


def test_a_rule_is_added_to_an_article_that_had_none_and_taken_out_again():
    rule = {"id": "new", "when": {"severity": 2}, "from": ["VIC"], "duty": "Appelez."}
    one = put(DEMO, ("articles", 0, "rules"), [rule])
    two = add(one, ("articles", 0, "rules"), rule | {"id": "other"})
    assert plain(two)["articles"][0]["rules"] == [rule, rule | {"id": "other"}]
    assert lines_gone(DEMO, two) == []
    assert take(two, ("articles", 0, "rules", 1)) == one
    assert take(one, ("articles", 0, "rules", 0)) == DEMO


@pytest.mark.parametrize("at", [0, 3, None])
def test_an_article_is_added_and_taken_out_again(at: int | None):
    article = {"number": "99", "text": "Un article " * 30, "orders": "nothing"}
    article["text"] = article["text"].strip()
    after = add(DEMO, ("articles",), article, at=at)
    place = len(plain(DEMO)["articles"]) if at is None else at
    assert plain(after)["articles"][place] == article
    assert lines_gone(DEMO, after) == []
    assert take(after, ("articles", place)) == DEMO


def test_the_matrix_gains_loses_and_changes_a_line():
    after = put(DEMO, ("matrix", "flows", "POL -> AUT"), {"both": ["C05"]})
    assert lines_gone(DEMO, after) == ["    POL -> AUT: {agreed: [C01, C07]}"]
    added = put(after, ("matrix", "flows", "COO -> VIC"), {"agreed": ["C05"], "identity": False})
    assert lines_gone(after, added) == []
    assert take(added, ("matrix", "flows", "COO -> VIC")) == after


def test_what_was_empty_is_filled():
    text = "a: {}  # nothing yet\nb: []\nc: 1\n"
    text = put(text, ("a", "x"), {"k": "v"})
    text = put(text, ("b",), [{"id": "1", "t": "x" * 200}])
    assert plain(text) == {"a": {"x": {"k": "v"}}, "b": [{"id": "1", "t": "x" * 200}], "c": 1}
    assert "# nothing yet" in text


def test_a_place_that_is_not_there_is_refused():
    for path in [("articles", 999), ("nowhere", "deep"), ("title", "x")]:
        with pytest.raises(Unwritable):
            put(DEMO, path, "x")
    with pytest.raises(Unwritable):
        put("a: [", ("a",), 1)


words = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\r"), max_size=300
) | st.sampled_from(
    ["null", "1", "true", "2026-09-01", "- a", "a: b", "x #y", "«\u00a0é\u00a0»", "", " a", "a\n\nb"]
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(TEXTS)), word=words, n=st.integers(0, 3))
def test_whatever_is_typed_is_read_back_and_the_rest_stays(name: str, word: str, n: int):
    before = TEXTS[name]
    try:
        after = put(before, ("articles", n, "text"), word)
    except Unwritable:
        return  # said on the screen; the text did not change
    meant = plain(before)
    meant["articles"][n]["text"] = word
    assert plain(after) == meant
    old, new = load(before).at(("articles", n, "text")), load(after).at(("articles", n, "text"))
    assert before.split("\n")[: old.line - 1] == after.split("\n")[: new.line - 1]


LINES = st.lists(st.sampled_from("abcdef"), max_size=12).map(lambda lines: "".join(f"{c}\n" for c in lines))


@given(LINES, LINES)
def test_one_change_alone_is_taken_as_it_is(base: str, mine: str):
    assert merged(base, mine, base) == mine
    assert merged(base, base, mine) == mine
    assert merged(base, mine, mine) == mine


@given(LINES, LINES, LINES)
def test_merging_is_the_same_from_both_sides(base: str, mine: str, theirs: str):
    assert merged(base, mine, theirs) == merged(base, theirs, mine)


def test_changes_apart_come_together_and_changes_of_one_line_do_not():
    base = "a\nb\nc\nd\ne\n"
    assert merged(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n") == "A\nb\nc\nd\nE\n"
    assert merged(base, "A\nb\nc\nd\ne\n", "@\nb\nc\nd\ne\n") is None
    assert [(line.sign, line.text) for line in difference(base, "a\nb\nC\nd\ne\n", around=0)] == [
        ("-", "c"),
        ("+", "C"),
    ]


def test_a_key_moves_with_its_comment_and_back_again():
    text = "u:  # most urgent first\n  a: 1\n  # why b\n  b:\n    x: 2  # two\n  c: {k: v}\nz: 1\n"
    first = move(text, ("u", "b"), after=None)
    assert first == "u:  # most urgent first\n  # why b\n  b:\n    x: 2  # two\n  a: 1\n  c: {k: v}\nz: 1\n"
    assert move(first, ("u", "b"), after="a") == text
    assert move(text, ("u", "b"), after="a") == text
    assert list(plain(move(text, ("u", "a"), after="c"))["u"]) == ["b", "c", "a"]
    assert move("u: {a: 1, b: 2}\n", ("u", "b"), after=None) == "u: {b: 2, a: 1}\n"
    for path, after in [(("u", "n"), None), (("u", "a"), "n"), (("u", "a"), "a"), (("z", "a"), None)]:
        with pytest.raises(Unwritable):
            move(text, path, after=after)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_urgency_moves_to_every_place_and_not_a_line_is_lost(name: str):
    before = TEXTS[name]
    codes = [*plain(before)["urgencies"]]
    for code in codes:
        for after in [None, *(other for other in codes if other != code)]:
            text = move(before, ("urgencies", code), after=after)
            now = [*plain(text)["urgencies"]]
            assert now.index(code) == (now.index(after) + 1 if after else 0)
            assert sorted(text.split("\n")) == sorted(before.split("\n"))
