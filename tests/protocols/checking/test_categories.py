"""Categories that an order shares and that nothing would carry."""

# ruff: noqa: E501  (a table reads line by line)

import pytest

from protocols.checking import Kind, examine
from tests.protocols.checking.demo import changed

OWN = ("  C16: projet de départ\n", "  C16: projet de départ\n  X1: suivi scolaire\n")
OPENED = ("VIC -> AUT: {both: [C01, C05]", "VIC -> AUT: {both: [C01, C05, X1]")


@pytest.mark.parametrize(
    ("changes", "article", "path"),
    [
        pytest.param(
            [OWN, OPENED, ("VIC -> AUT: [C01, C04, C05, C14]", "VIC -> AUT: [C01, C04, X1, C14]")],
            "5 §1", "articles[10].rules[0].agreed.VIC -> AUT[2]", id="with agreement",
        ),
        pytest.param(
            [OWN, OPENED, ("held:\n          VIC -> AUT: [C01, C05, C06,", "held:\n          VIC -> AUT: [C01, C05, X1,")],
            "5 §1", "articles[10].rules[0].held.VIC -> AUT[2]", id="held",
        ),
        pytest.param(
            [
                OWN, ("AUT -> POL: {both: [C01, C05,", "AUT -> POL: {both: [C01, C05, X1,"),
                ("AUT -> POL: [C01, C05, C06, C13]", "AUT -> POL: [X1, C05]"),
            ],
            "4 §1", "articles[5].rules[1].share.AUT -> POL[0]", id="without asking",
        ),
        pytest.param(
            [OWN, ("share: [C01, C07]", "share: [C01, C07, X1]")],
            "8", "articles[15].reminder.share[2]", id="in a reminder",
        ),
        pytest.param(
            [
                ("AUT -> POL: {both: [C01, C05,", "AUT -> POL: {both: [C01, C05, C15,"),
                ("AUT -> POL: [C01, C05, C06, C13]", "AUT -> POL: [C15, C05]"),
            ],
            "4 §1", "articles[5].rules[1].share.AUT -> POL[0]", id="what the project knows and never shares",
        ),
    ],
)  # fmt: skip
def test_a_category_that_nothing_carries_is_not_signed(changes, article, path):
    [fault] = examine(changed(*changes)).faults
    assert (fault.kind, fault.article, fault.path) == (Kind.NOT_CARRIED, article, path)
    assert "C01, C02, C04" in fault.reason
    assert "C03" not in fault.reason


@pytest.mark.parametrize(
    ("share", "place"),
    [
        pytest.param("[C04]", 0, id="not what crosses"),
        pytest.param("[C05, C04]", 1, id="more than what crosses"),
    ],
)
def test_a_situation_shares_the_two_levels_and_nothing_else(share, place):
    opened = [
        (f"{who} -> COO: {{both: [C05], agreed: [C04]", f"{who} -> COO: {{both: [C05, C04]")
        for who in ("VIC", "AUT", "POL")
    ]
    [fault] = examine(changed(*opened, ("share: [C05]", f"share: {share}"))).faults
    path = f"articles[16].situation.share[{place}]"
    assert (fault.kind, fault.article, fault.path) == (Kind.NOT_CARRIED, "9", path)
    assert "partagé ici\N{NO-BREAK SPACE}: C05." in fault.reason


def test_a_category_of_ones_own_may_stand_in_the_text_and_never_cross():
    assert not examine(changed(OWN, ("never: [C03,", "never: [X1, C03,"))).faults
