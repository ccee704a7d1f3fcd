"""No text, however it repeats itself, keeps a comparison busy."""

from time import perf_counter

from protocols.comparing import Matcher
from protocols.merging import difference, merged


def test_a_line_repeated_without_end_is_compared_in_time():
    base, began = "\n" * 100_000, perf_counter()
    assert merged(base, "a\n" + base, base) == f"a\n{base}"
    assert merged(base, "a\n" + base, base + "z\n") == f"a\n{base}z\n"
    assert [line.text for line in difference(base, base + "z\n") if line.sign == "+"] == ["z"]
    assert perf_counter() - began < 5


def test_what_is_too_long_to_compare_changes_from_its_first_difference_to_its_last():
    same = ["le"] * 1000
    assert Matcher([*same, "a", *same], [*same, "b", "c", *same]).get_opcodes() == [
        ("equal", 0, 1000, 0, 1000),
        ("replace", 1000, 1001, 1000, 1002),
        ("equal", 1001, 2001, 1002, 2002),
    ]
