"""`manage.py grid check`: what can never happen in a grid is named with its place; nothing else is."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.grids import load_grid, shipped
from assessment.grids.findings import check
from assessment.grids.loading import HERE, read_grid
from assessment.grids.reach import Reach
from pole.conditions import All, AnyOf, AtLeast, Condition, Named, Not, Program, Test
from pole.conditions.search import Search, SearchTooLong
from pole.yamlfile import load
from tests.assessment.reader import ON

FIRST_FLOOR = "when: A15\n    floors: [{level: 3}, {level: 4, when: killing_within_reach}]"


def run(*files: Path, witness: bool = False) -> tuple[int, str, str]:
    """Exit code, output, errors; in the words of the code, so that no translation is in question."""
    out, err = StringIO(), StringIO()
    try:
        with translation.override("en"):
            call_command("grid", "check", *map(str, files), witness=witness, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def changed(tmp_path: Path, code: str, before: str, after: str) -> Path:
    """A shipped grid with one passage replaced."""
    text = (HERE / f"{code}.yaml").read_text(encoding="utf-8")
    assert text.count(before) >= 1, before
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("code", shipped())
def test_a_shipped_grid_has_no_fault_and_every_type_marker_rule_and_level_a_witness(code):
    root = load(HERE / f"{code}.yaml")
    grid = read_grid(root)
    checked = check(grid, root, on=ON)
    assert checked.faults == []
    floors = {f"{marker.code} at {f.level}" for marker in grid.markers.values() for f in marker.floors}
    rules = {f"{rule.code} at {rule.level}" for rule in grid.rules}
    levels = {f"level {'NE' if level is None else level}" for level in grid.levels}
    assert set(checked.witnesses) == {*grid.dynamics, *floors, *rules, *levels}
    reach = Reach(grid, on=ON)
    for name, witness in checked.witnesses.items():  # what the search says, the reading itself confirms
        result, (what, _, level) = reach.read(witness), name.partition(" at ")
        if name in grid.dynamics:
            assert result.dynamics == name
        elif level:
            assert (what, int(level)) in result.reached, name
        else:
            assert name == f"level {'NE' if result.severity is None else result.severity}"


def test_the_notes_on_the_shipped_grids_are_what_informs_people_and_computes_nothing():
    code, out, _ = run(*(HERE / f"{grid}.yaml" for grid in shipped()))
    assert code == 0
    noted = {line.split(": ")[2] for line in out.splitlines() if line.startswith("  note")}
    informing = ("B2", "B8", "C1", "C2", "C3", "D1", "D5", "E2", "E3", "E4", "E8")
    assert noted == {*(f"indicators.{item}" for item in informing), "indicators.E9.details.against"}
    assert out.count("0 faults") == len(shipped())


def test_witnesses_are_printed_with_what_the_grid_says_of_them():
    code, out, _ = run(HERE / "pdc-1.yaml", witness=True)
    assert code == 0
    assert "  T5: E9 current -> T5 M8 level 4\n" in out
    assert "  M13 at 3: previous level 3, C6 7 -> TI M13 level 3\n" in out
    assert "  level NE: no answer -> TI level NE\n" in out


@pytest.mark.parametrize(
    ("grid", "before", "after", "path", "reason"),
    [
        pytest.param(
            "pdc-1", FIRST_FLOOR, FIRST_FLOOR.replace("A15", "{all: [A15, {A15.value: absent}]}", 1),
            "markers.M1.when", "marker M1 can never be raised: no answers give A15, A15.value", id="marker",
        ),
        pytest.param(
            "ticks-1", "not_assessable:", "  - {level: 5, label: x, plain: x, full_within: 1 day}\nnot_assessable:",
            "levels[3].level", "level 5 is none that protocols and partners know", id="a level of no scale",
        ),
        pytest.param(
            "pdc-1", "    when: contested\n", "    when: {all: [contested, losing_control]}\n",
            "dynamics.T3", "type T3 is never reached: whenever it holds, T4, above it, holds already", id="type",
        ),
        pytest.param(
            "pdc-1", "    when: established\n", "    when: {all: [domination, {any: [contested, B3]}]}\n",
            "dynamics.T2", "never reached: the lines above it, taken together", id="type under two others",
        ),
        pytest.param(
            "pdc-1", "    when: B10\n    floors: [{level: 3}]",
            "    when: B10\n    floors: [{level: 3}, {level: 4, when: {B10.value: past}}]",
            "markers.M12.floors[1]", "floor 4 of marker M12 never applies: its condition excludes", id="floor",
        ),
        pytest.param(
            "pdc-1", "floors: [{level: 3}, {level: 4, when: B9.plan}]",
            "floors: [{level: 3}, {level: 4, when: {not: {B9.value: absent}}}]",
            "markers.M11.floors[0]", "floor 3 of marker M11 never applies: a higher floor", id="floor overtaken",
        ),
        pytest.param(
            "pdc-1", "when: {all: [{C6.days: {at_least: 7}}, ", "when: {all: [{C6.days: {at_least: 7, at_most: 6}}, ",
            "markers.M13.when.all[0]", "this part of marker M13 never holds", id="numbers that exclude one another",
        ),
        pytest.param(
            "pdc-1", "    when: B7\n", "    when: {any: [B7, {not: B7.known}, B7.known]}\n",
            "markers.M10.when", "marker M10 holds whatever is answered", id="always true",
        ),
        pytest.param(
            "pdc-1", "{any: [E1, breached, A12]}", "{any: [E1, breached, A12, {all: [C4, breached]}]}",
            "conditions.losing_control.when.all[1].any[3].all[0]", "this part of the condition 'losing",
            id="a branch that is dead",
        ),
        pytest.param(
            "pdc-1", "      concrete_plan: {label: projet concret, kind: flag, decides: true}",
            "      concrete_plan: {label: projet concret, kind: flag, decides: true}\n"
            "      told: {label: dit, kind: flag, decides: true}",
            "indicators.D3.details.told", "leaves a reading incomplete and no condition reads it", id="detail unread",
        ),
        pytest.param(
            "pdc-1", "full_within: 72 hours", "full_within: 90 days",
            "levels[3].full_within", "level 4 is reviewed later than level 3", id="clock the wrong way round",
        ),
        pytest.param(
            "ticks-1", "not_assessable:", "  - {level: 4, label: x, plain: x, full_within: 1 day}\nnot_assessable:",
            "levels[3]", "level 4 (x) is never suggested: no answers lead to it", id="level",
        ),
        pytest.param(
            "ticks-1", "{at_least: 2, of: lethal}", "{all: [{at_least: 2, of: lethal}, {F2: false}]}",
            "suggestion.rules[3].when.all[1]", "this part of rule 'two-grave' never holds", id="rule",
        ),
    ],
)  # fmt: skip
def test_what_cannot_happen_is_named_with_its_place(tmp_path, grid, before, after, path, reason):
    file = changed(tmp_path, grid, before, after)
    code, out, err = run(file)
    assert (code, err) == (1, "")
    faults = [line for line in out.splitlines() if line.startswith("  fault")]
    found = [line for line in faults if f": {path}: " in line and reason in line]
    assert found, faults
    line = int(found[0].split("line ")[1].split(":")[0])
    [name] = re.findall(r"(\w+)(?:\[\d+\])*$", path)
    written = file.read_text(encoding="utf-8").splitlines()[line - 1]
    assert name in written or written.lstrip().startswith("- "), "the key itself, or an item of its list"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param(
            "when: {C4.value: breached}", "when: {all: [losing_control]}",
            "conditions.breached: conditions refer to one another: breached -> losing_control -> breached", id="cycle",
        ),
        pytest.param(
            "  control: [A1, A2", "  control: [A1, A99", "lists.control[1]: 'A99' is not defined", id="unknown code",
        ),
        pytest.param("  M2:\n", "  M1:\n", "markers.M1: 'M1' stands here twice", id="duplicate id"),
        pytest.param(
            "floors: [{level: 3}, {level: 4", "floors: [{level: 3}, {level: 7",
            "markers.M1.floors[1].level: ", id="floor out of range",
        ),
        pytest.param(", full_within: 72 hours", "", "levels[3]: 'full_within' is missing", id="no review clock"),
        pytest.param("grid: pdc-1\n", "grid: [\n", "not valid YAML", id="no YAML"),
    ],
)  # fmt: skip
def test_a_malformed_grid_is_refused_with_line_and_path_and_the_others_are_checked(
    tmp_path, before, after, reason
):
    file = changed(tmp_path, "pdc-1", before, after)
    code, out, err = run(file, HERE / "ticks-1.yaml")
    assert code == 2
    assert re.match(rf"{re.escape(str(file))}:\d+: ", err), err
    assert reason in err
    assert "ticks-1 1: 17 indicators" in out


def test_an_indicator_that_only_informs_is_noted_and_no_fault(tmp_path):
    file = changed(tmp_path, "ticks-1", "  J1: {", "  J2: {label: Autre avis}\n  J1: {")
    code, out, _ = run(file)
    assert code == 0
    written = file.read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(written, start=1) if "J2" in text)
    assert f"note: line {line}: indicators.J2: no rule looks at J2" in out


FACTS = [{}, {"A": True, "A.n": 1}, {"A": True, "A.n": 2}, {"A": False, "A.n": 3}]
STATES = {
    subject: [{k.replace("A", subject): v for k, v in facts.items()} for facts in FACTS] for subject in "ABC"
}
TESTS = st.sampled_from("ABC").flatmap(
    lambda subject: st.one_of(
        st.booleans().map(lambda yes: Test(subject, "is", yes)),
        st.integers(1, 4).map(lambda n: Test(f"{subject}.n", "at_least", n)),
    )
)  # fmt: skip
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda of: All(tuple(of))),
        st.lists(inner, min_size=1, max_size=4).map(lambda of: AnyOf(tuple(of))),
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=4).map(lambda of: AtLeast(2, tuple(of))),
    ),
    max_leaves=14,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_the_search_finds_states_exactly_where_trying_all_of_them_does(conditions):
    named = {"first": conditions[0]}
    holds = Program(named).compile(All((Named("first"), *conditions[1:])))
    possible = any(holds({**a, **b, **c}) for a in STATES["A"] for b in STATES["B"] for c in STATES["C"])
    found = Search(named, STATES).find(Named("first"), *conditions[1:])
    assert (found is not None) is possible
    if found is not None:
        facts = {name: value for subject, n in found.items() for name, value in STATES[subject][n].items()}
        assert holds(facts)


def test_a_search_that_takes_too_long_says_so_and_proves_nothing():
    conditions = [Test(subject, "is", True) for subject in "ABC"]
    with pytest.raises(SearchTooLong):
        Search({}, STATES, steps=0).find(AnyOf(tuple(conditions)))


def test_both_shipped_grids_load():
    assert shipped() == ("pdc-1", "ticks-1", "ticks-24")
    assert load_grid("ticks-1").dynamics == {}
