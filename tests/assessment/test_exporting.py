"""The document of a reading: it reads the same elsewhere, and what was changed in it is named."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.exporting import exported
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.forms import LONGEST_NOTE
from assessment.grids.loading import hash_of
from assessment.models import Reading
from assessment.recomputing import recompute
from assessment.seconding import answer_sent_back, second, send_back
from pole.clock import database_now
from pole.jsonfile import load
from pole.yamlfile import FileError
from tests.assessment.reader import GRID
from tests.assessment.test_reading_properties import readings

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "assessment/schemas/reading-1.json").read_text())
THREAT = {
    "A15": {
        "value": "current",
        "seen": timezone.localdate() - timedelta(days=3),
        "source": "victim",
        "details": {"means": True, "access_or_date": False},
        "note": "Dit <b>devant</b> les enfants & la voisine.",
    },
    "E7": {
        "value": "current",
        "details": {"due": timezone.localdate() + timedelta(days=9), "what": "Audience"},
    },
    "C6": "12",
}


def finalised(cast, case, answers, **choice) -> Reading:
    ana = cast.actor(cast.ana)
    return again(freeze(actor=ana, reading_id=draft(case, cast.ana, answers).pk, at=database_now(), **choice))


def again(reading: Reading) -> Reading:
    """The reading as the database has it by now."""
    return Reading.objects.select_related("service", "case", "author", "second_by", "previous").get(
        pk=reading.pk
    )


def recomputed(folder: Path, document: dict) -> tuple[int, str]:
    """Exit code and what was said."""
    file, out, err = folder / "lecture.json", StringIO(), StringIO()
    file.write_text(json.dumps(document, ensure_ascii=False))
    try:
        call_command("reading", "recompute", str(file), stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue() + err.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(LEVEL_1, id="everything absent"),
        pytest.param(LEVEL_2 | THREAT, id="dates, details, notes, a number"),
        pytest.param(LEVEL_4, id="imminent"),
        pytest.param(NOT_ASSESSABLE, id="not assessable"),
    ],
)
def test_an_exported_reading_reads_the_same_elsewhere(cast, case, tmp_path, answers):
    finalised(cast, case, LEVEL_3)
    document = exported(finalised(cast, case, answers))
    jsonschema.validate(document, SCHEMA)
    assert recomputed(tmp_path, document)[0] == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=readings(), chosen=st.sampled_from([None, 1, 2, 3, 4]))
def test_any_reading_after_any_other_reads_the_same_from_its_document(cast, case, answers, chosen):
    """In one case, so that each follows the ones before."""
    filled = {code: {"value": each.value, "details": each.details} for code, each in answers.items()} or {
        "A1": "unknown"
    }
    document = exported(finalised(cast, case, filled, chosen=chosen, motive="Vu ensemble."))
    jsonschema.validate(document, SCHEMA)
    assert recompute(load(json.dumps(document))).different == ()


@pytest.mark.parametrize(
    ("agrees", "in_force"), [pytest.param(True, 2, id="agreed"), pytest.param(False, 3, id="disagreed")]
)
def test_a_second_reading_is_told_with_what_it_led_to(cast, case, rita, tmp_path, agrees, in_force):
    lowered = finalised(cast, case, LEVEL_3, chosen=2, motive="Il est parti.")
    second(actor=rita, reading_id=lowered.pk, agrees=agrees, motive="Vu avec elle.")
    document = exported(again(lowered))
    jsonschema.validate(document, SCHEMA)
    assert document["second_reading"]["by"] == "Rita"
    assert document["decision"]["in_force"] == in_force
    assert recomputed(tmp_path, document)[0] == 0


def test_a_reading_that_was_sent_back_reads_the_same(cast, case, ana, rita, tmp_path):
    lowered = finalised(cast, case, LEVEL_3, chosen=2, motive="Il est parti.")
    send_back(actor=rita, reading_id=lowered.pk, question="Depuis quand ?", at=database_now())
    answer_sent_back(actor=ana, reading_id=lowered.pk, motive="", takes_suggestion=True, at=database_now())
    document = exported(again(lowered))
    jsonschema.validate(document, SCHEMA)
    assert recomputed(tmp_path, document)[0] == 0


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(
            "effacé \x7f, ligne \u2028 paragraphe \u2029 \x85 fin", id="signs that break other formats"
        ),
        pytest.param('<b>&amp;</b> {{ 7*7 }} 🙂 שלום "là" \\ \'', id="markup, pictures, another direction"),
    ],
)
def test_a_note_comes_back_as_it_was_typed(cast, case, tmp_path, note):
    document = exported(finalised(cast, case, LEVEL_2 | {"A7": {"value": "recent", "note": note}}))
    code, said = recomputed(tmp_path, document)
    assert code == 0, said
    assert json.loads((tmp_path / "lecture.json").read_text())["answers"]["A7"]["note"] == note


def test_a_reading_with_the_longest_note_on_every_line_reads_the_same(cast, case, tmp_path):
    note = "é" * LONGEST_NOTE
    filled = {code: {"value": "unknown", "note": note} for code in GRID.indicators if code not in LEVEL_2} | {
        code: {"value": value, "note": note} for code, value in LEVEL_2.items()
    }
    code, said = recomputed(tmp_path, exported(finalised(cast, case, filled)))
    assert code == 0, said


def test_the_command_needs_neither_database_nor_secret(cast, case, tmp_path):
    file = tmp_path / "lecture.json"
    file.write_text(json.dumps(exported(finalised(cast, case, LEVEL_3))))
    done = subprocess.run(
        [sys.executable, "manage.py", "reading", "recompute", str(file)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "POLE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "level 3, the same" in done.stdout


def changed(document: dict, *path, to) -> dict:
    copy = json.loads(json.dumps(document))
    *way, last = path
    part = copy
    for step in way:
        part = part[step]
    part[last] = to
    return copy


@pytest.mark.parametrize(
    ("path", "to", "named"),
    [
        pytest.param(("answers", "E10", "value"), "absent", "result.severity", id="an answer"),
        pytest.param(("result", "severity"), 2, "result.severity", id="the level"),
        pytest.param(("result", "grounds", 0, "why"), "", "result.grounds[0].why", id="a reason"),
        pytest.param(("result", "grounds"), [], "result.grounds[0]", id="all reasons"),
        pytest.param(("result", "incomplete"), 0, "result.incomplete", id="a number for false"),
        pytest.param(("result", "more"), 1, "result.more", id="something more"),
        pytest.param(("on",), "2020-01-01", "result.on", id="the day"),
        pytest.param(("previous", "level"), 4, "result.previous_level", id="what came before"),
        pytest.param(("decision", "chosen"), 2, "second_reading", id="what was chosen"),
        pytest.param(("decision", "in_force"), 1, "decision.in_force", id="what counts"),
        pytest.param(("grid", "sha256"), "0" * 64, "grid.sha256", id="the mark of the grid"),
    ],
)
def test_what_was_changed_in_it_is_named(cast, case, tmp_path, path, to, named):
    finalised(cast, case, LEVEL_1)
    document = changed(exported(finalised(cast, case, LEVEL_3)), *path, to=to)
    code, said = recomputed(tmp_path, document)
    assert code == 1
    assert re.search(rf"^  {re.escape(named)}:", said, re.M), said


def of_another_grid(document: dict, before: str, after: str, **named: str) -> dict:
    """The document with one passage of its grid's text replaced, and named after the new text."""
    text = document["grid"]["text"]
    assert before in text
    text = text.replace(before, after, 1)
    return document | {"grid": document["grid"] | {"text": text, "sha256": hash_of(text)} | named}


def test_a_grid_that_was_rewritten_is_told_from_the_one_that_ships(cast, case, tmp_path):
    document = exported(finalised(cast, case, LEVEL_3))
    code, said = recomputed(tmp_path, of_another_grid(document, "Ce n'est pas", "C'est"))
    assert code == 1
    assert "  grid.text: not the pdc-1 that ships here" in said


def test_a_grid_that_ships_nowhere_is_read_with_the_text_in_the_file_which_is_said(cast, case, tmp_path):
    document = exported(finalised(cast, case, LEVEL_3))
    document = of_another_grid(document, "grid: pdc-1", "grid: pdc-maison", code="pdc-maison")
    document["result"]["grid"] = "pdc-maison"
    code, said = recomputed(tmp_path, document)
    assert code == 0
    assert "pdc-maison does not ship here" in said


@pytest.mark.parametrize(
    ("path", "to", "place"),
    [
        pytest.param(("format",), "other", "format", id="another format"),
        pytest.param(("format_version",), 2, "format_version", id="a later version"),
        pytest.param(("grid", "code"), "pdc-9", "grid.code", id="another code than its text's"),
        pytest.param(("grid", "text"), "grid: pdc-1", "grid.text", id="a text of no grid"),
        pytest.param(("on",), "hier", "on", id="no day"),
        pytest.param(("answers", "Z1"), {"value": "absent"}, "answers.Z1", id="no such indicator"),
        pytest.param(("answers", "A1"), {"word": "absent"}, "answers.A1", id="an answer without a value"),
        pytest.param(("answers", "A1", "value"), "often", "answers.A1", id="a value of no scale"),
        pytest.param(("answers", "A1", "source"), "rumour", "answers.A1.source", id="no such source"),
        pytest.param(("answers", "A1", "source"), [], "answers.A1.source", id="a list for a source"),
        pytest.param(("answers", "A1", "seen"), "2999-01-01", "answers.A1", id="seen in the future"),
        pytest.param(("answers", "A1", "details"), {"x": 1}, "answers.A1", id="no such detail"),
        pytest.param(("previous", "answers", "A1", "value"), 3, "previous.answers.A1.value", id="before"),
        pytest.param(("previous", "level"), "4", "previous.level", id="a level in words"),
        pytest.param(("previous", "before"), 9, "previous.before", id="a level of no scale"),
        pytest.param(("result",), None, "result", id="no result"),
        pytest.param(("decision", "chosen_dynamics"), "T99", "decision.chosen_dynamics", id="no such type"),
        pytest.param(("second_reading",), {"state": "maybe"}, "second_reading", id="half a second reading"),
        pytest.param(("extra",), 1, "extra", id="something more"),
    ],
)
def test_what_is_no_such_document_is_refused_with_the_place(cast, case, tmp_path, path, to, place):
    finalised(cast, case, LEVEL_1)
    code, said = recomputed(tmp_path, changed(exported(finalised(cast, case, LEVEL_3)), *path, to=to))
    assert code == 2
    assert f"lecture.json: {place}: " in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "lecture.json:1: not valid JSON", id="nothing"),
        pytest.param('{"format": 1,\n "on": }', "lecture.json:2: not valid JSON", id="cut"),
        pytest.param('{"on": 1, "on": 2}', "'on' stands twice", id="a key twice"),
        pytest.param('{"on": NaN}', "NaN is not a number", id="no number"),
        pytest.param('{"on": "\\ud83d"}', "on: holds half of a character", id="half of a character"),
        pytest.param("[" * 100_000, "nested too deeply", id="without a bottom"),
        pytest.param("[]", "expected a mapping", id="a list"),
    ],
)
def test_a_file_that_is_no_json_is_refused_with_the_reason(tmp_path, text, reason):
    file = tmp_path / "lecture.json"
    file.write_text(text)
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("reading", "recompute", str(file), stderr=err)
    assert stopped.value.code == 2
    assert reason in err.getvalue()


def places_in(value: Any, path: tuple = ()) -> list[tuple]:
    """Every place of a document, but not those inside the text of its grid."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in parts for place in [(*path, key), *places_in(each, (*path, key))]]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_document_it_is_read_or_refused(cast, case, data):
    if not Reading.objects.finalised().exists():
        finalised(cast, case, LEVEL_1)
        finalised(cast, case, LEVEL_2 | THREAT, chosen=1, motive="Vu ensemble.")
    document = exported(again(Reading.objects.finalised().latest_first().first()))
    place = data.draw(st.sampled_from(places_in(document)))
    to = data.draw(
        st.one_of(
            st.none(), st.booleans(), st.integers(-1, 9), st.text(max_size=5), st.dates().map(date.isoformat),
            st.just([]), st.just({}), st.just([{}]),
        )
    )  # fmt: skip
    with suppress(FileError):
        recompute(load(json.dumps(changed(document, *place, to=to))))
