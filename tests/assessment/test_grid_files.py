"""A grid is a file: what a wrong one is told."""

# ruff: noqa: E501  (a table reads line by line)

from pathlib import Path

import pytest
from django.utils import translation

from assessment.grids import GridError, codes, load_grid, shipped
from assessment.grids.loading import HERE
from assessment.models import Answer, GridUse, GridVersion, Reading
from pole.mistakes import in_words
from tests.assessment.reader import GRID

PDC = (HERE / "pdc-1.yaml").read_text(encoding="utf-8")


def broken(tmp_path: Path, before: str, after: str) -> Path:
    """`pdc-1` with one passage replaced."""
    assert PDC.count(before) >= 1, before
    path = tmp_path / "broken.yaml"
    path.write_text(PDC.replace(before, after, 1), encoding="utf-8")
    return path


def test_what_a_grid_may_call_things_fits_where_it_is_stored():
    widths = {
        codes.GRID_AT_MOST: [(Reading, "grid"), (GridVersion, "code"), (GridUse, "grid")],
        codes.SHORT_AT_MOST: [(Answer, "indicator"), (Reading, "dynamics"), (Reading, "chosen_dynamics")],
        codes.WORD_AT_MOST: [(Answer, "value"), (Answer, "source")],
    }
    for width, columns in widths.items():
        assert {model._meta.get_field(name).max_length for model, name in columns} == {width}
    assert Reading._meta.get_field("markers").base_field.max_length == codes.SHORT_AT_MOST


@pytest.mark.parametrize(
    ("before", "after", "path", "reason"),
    [
        ("grid: pdc-1\n", "", "", "'grid' is missing"),
        ("grid: pdc-1\n", "grid: pdc-1\ncolour: red\n", "colour", "not a key that belongs here"),
        ("grid: pdc-1\n", "grid: pdc-1\ngrid: pdc-2\n", "grid", "stands here twice"),
        ("grid: pdc-1\n", "grid: [\n", "", "not valid YAML"),
        ("grid: pdc-1\n", "grid: &x pdc-1\n", "grid", "anchors and aliases"),
        ("grid: pdc-1\n", "grid: !!python/name:os.system x\n", "grid", "the tag"),
        ('version: "1"', "version: 1", "version", "expected a text, found 1"),
        ("  A1: {label: Impose", "  X1: {label: Impose", "indicators.X1", "belongs to no axis"),
        ("  A2: {label: Coupe", "  A1: {label: Coupe", "indicators.A1", "stands here twice"),
        (", basis: S, scale: kin}", ", basis: S, scale: clan}", "indicators.C1.scale", "expected one of"),
        ("kind: flag, decides: true}", "kind: tick, decides: true}", "indicators.A12.details.preparation.kind", "one of"),
        ("lasting: {value: past, for: 24 months}", "lasting: {value: past, for: ages}", "indicators.A8.lasting.for", "period"),
        ("lasting: {value: past,", "lasting: {value: gone,", "indicators.A8.lasting.value", "expected one of"),
        ("assume: firearm", "assume: tank", "indicators.E5.details.kind.assume", "expected one of"),
        ("within: 12 months}", "within: a year}", "scales.presence.values.recent.within", "period"),
        ("same_day_as: current", "same_day_as: now", "scales.presence.values.worsening", "not a value"),
        ("{number: days, label: jours}", "{}", "scales.days", "either 'values' or a 'number'"),
        ("{number: days, label: jours}", "{number: days}", "scales.days", "'label' what is counted"),
        ("kin: {values: ", "kin: {label: proches, values: ", "scales.kin", "and no other does"),
        ("  control: [A1, A2", "  control: [A1, A99", "lists.control[1]", "'A99' is not defined"),
        ("  control: [A1, A2", "  control: [A1, A1", "lists.control[1]", "stands here twice"),
        ("when: {any: [{at_least: 3, of: control}", "when: {any: [{at_least: 7, of: control}", "conditions.domination.when.any[0].at_least", "1 to 6"),
        ("when: {C4.value: breached}", "when: {C4.value: broken}", "conditions.breached.when.C4.value", "not one of"),
        ("when: {C4.value: breached}", "when: {C4.valeu: breached}", "conditions.breached.when", "did you mean 'C4.value'"),
        ("when: {C4.value: breached}", "when: {C4.value: {least: 2}}", "conditions.breached.when.C4.value", "cannot be tested"),
        ("when: {C4.value: breached}", "when: {all: [losing_control]}", "conditions.breached", "breached -> losing_control -> breached"),
        ("when: {all: [A15, A15.means, A15.access_or_date]}", "when: T5", "conditions.killing_within_reach", "killing_within_reach -> T5 -> killing_within_reach"),
        ("  contested:\n", "  M1:\n", "markers.M1", "already the name"),
        ("    when: losing_control\n", "    when: always\n", "dynamics.TR", "never reached"),
        ("    when: always\n", "    when: {none: watched}\n", "dynamics", "must hold 'always'"),
        ("    level: 4\n    when:\n", "    level: 5\n    when:\n", "dynamics.T5.level", "whole number from 1 to 4"),
        ("floors: [{level: 3}, {level: 4, when: killing", "floors: [{level: 4}, {level: 3, when: killing", "markers.M1.floors", "lowest to the highest"),
        ("floors: [{level: 3}, {level: 4, when: killing", "floors: [{level: 4, when: killing", "markers.M1.floors", "no condition"),
        ("  M2:\n", "  M1:\n", "markers.M1", "stands here twice"),
        ("  M14:\n    label", "  A15:\n    label", "markers.A15", "already the name"),
        ("{level: 2, label: modérée", "{level: 1, label: modérée", "levels[1].level", "lowest to the highest"),
        ("grid: pdc-1\n", "grid: ma grille\n", "grid", "small letters and digits"),
        ("grid: pdc-1\n", "grid: a/b\n", "grid", "small letters and digits"),
        ("grid: pdc-1\n", f"grid: {'x' * 41}\n", "grid", "40 characters at most"),
        ("  A1: {label: Impose", "  A-1: {axis: A, label: Impose", "indicators.A-1", "a code here"),
        ("  A1: {label: Impose", "  ATTEINTES_A1: {axis: A, label: Impose", "indicators.ATTEINTES_A1", "10 characters at most"),
        ("  M1:\n", "  M.1:\n", "markers.M.1", "a code here"),
        ("  author: dit par", "  the-author: dit par", "sources.the-author", "a code here"),
        ("preparation: {label: prép", "pre-paration: {label: prép", "indicators.A12.details.pre-paration", "a code here"),
        ("full_within: 72 hours", "full_within: soon", "levels[3].full_within", "expected a time"),
        ("code: strong-5", "code: strong-4", "suggestion.rules[3]", "stands here twice"),
        ("code: strong-5", "code: M4", "suggestion.rules[3].code", "already the name"),
        ("    from_level: 2", "    from_level: 9", "suggestion.keep_previous.from_level", "whole number"),
        ("incomplete: [A8, B7", "incomplete: [A8, Q7", "suggestion.keep_previous.incomplete[1]", "not an indicator"),
        ("open_also: [markers, strong]", "open_also: [everything]", "suggestion.keep_previous.open_also[0]", "one of"),
        ("  strong: strong\n", "  strong: mighty\n", "suggestion.strong", "expected one of"),
        ("due: E7.due", "due: E7.what", "due", "not a detail that holds a date"),
        ("not_assessable: {", "cautions_: {", "cautions_", "not a key that belongs here"),
    ],
)  # fmt: skip
def test_a_wrong_grid_is_refused_with_path_line_and_reason(tmp_path, before, after, path, reason):
    with pytest.raises(GridError, match=reason.replace("(", r"\(")) as caught:
        load_grid(broken(tmp_path, before, after))
    assert caught.value.path == path
    assert caught.value.file.endswith("broken.yaml")
    with translation.override("fr"):
        assert in_words(caught.value) != caught.value.reason, "said in French on a page"
    if path:  # the line is that of the passage, or of something it breaks
        assert caught.value.line > 0


def test_the_line_is_the_line_of_the_mistake(tmp_path):
    path = broken(tmp_path, "when: {C4.value: breached}", "when: {C4.value: broken}")
    with pytest.raises(GridError) as caught:
        load_grid(path)
    line = path.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]
    assert "C4.value: broken" in line


def test_the_shipped_grid_says_what_it_is():
    assert "pdc-1" in shipped()
    assert "pas la grille officielle" in GRID.notice
    assert len(GRID.indicators) == 47
    assert {item.basis[0] for item in GRID.indicators.values()} <= {"S", "I", "P"}
    for indicator in GRID.indicators.values():
        assert indicator.label, indicator.code
        assert indicator.plain, indicator.code
        assert indicator.gloss, indicator.code
    assert all(marker.whom_first for marker in GRID.markers.values())
