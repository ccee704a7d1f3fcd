"""A reading taken out of Pôle: it reads the same elsewhere, tells what was changed in it, and is asked for twice."""

import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment import paper
from assessment.exporting import exported
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.models import Reading
from assessment.seconding import second
from pole.audit.models import Event, Tag
from pole.clock import database_now
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parents[2] / "assessment/schemas/reading-1.json").read_text())
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
    made = freeze(actor=ana, reading_id=draft(case, cast.ana, answers).pk, at=database_now(), **choice)
    return Reading.objects.select_related("service", "case", "author", "second_by", "previous").get(
        pk=made.pk
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


def test_a_second_reading_is_told_and_changes_nothing_in_what_is_recomputed(cast, case, rita, tmp_path):
    lowered = finalised(cast, case, LEVEL_3, chosen=2, motive="Il est parti.")
    second(actor=rita, reading_id=lowered.pk, agrees=True, motive="Vu avec elle.")
    document = exported(
        Reading.objects.select_related("service", "case", "author", "second_by").get(pk=lowered.pk)
    )
    jsonschema.validate(document, SCHEMA)
    assert document["second_reading"]["by"] == "Rita"
    assert document["decision"]["in_force"] == 2
    assert recomputed(tmp_path, document)[0] == 0


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
        pytest.param(("answers", "E10", "value"), "absent", "severity", id="an answer"),
        pytest.param(("result", "severity"), 2, "severity", id="the level"),
        pytest.param(("result", "grounds"), [], "grounds", id="the reasons"),
        pytest.param(("on",), "2020-01-01", "on", id="the day"),
        pytest.param(("grid", "sha256"), "0" * 64, "grid", id="another text of the grid"),
    ],
)
def test_what_was_changed_in_it_is_named(cast, case, tmp_path, path, to, named):
    document = changed(exported(finalised(cast, case, LEVEL_3)), *path, to=to)
    code, said = recomputed(tmp_path, document)
    assert code == 1
    assert re.search(rf"^  {named}:", said, re.M)


@pytest.mark.parametrize(
    ("path", "to", "place"),
    [
        pytest.param(("format",), "other", "format", id="another format"),
        pytest.param(("grid", "code"), "pdc-9", "grid.code", id="no such grid"),
        pytest.param(("on",), "hier", "on", id="no day"),
        pytest.param(("answers", "Z1"), {"value": "absent"}, "answers.Z1", id="no such indicator"),
        pytest.param(("answers", "A1"), {"word": "absent"}, "answers.A1", id="an answer without a value"),
        pytest.param(("answers", "A1", "value"), "often", "A1", id="a value of no scale"),
    ],
)
def test_what_is_no_such_document_is_refused_with_the_place(cast, case, tmp_path, path, to, place):
    code, said = recomputed(tmp_path, changed(exported(finalised(cast, case, LEVEL_3)), *path, to=to))
    assert code == 2
    assert place in said


PASSWORD = "une phrase assez longue"


def web(who) -> Client:
    who.set_password(PASSWORD)
    who.save()
    return signed_in(Client(), who)


def address(cast, name, reading, service=None):
    return reverse(f"assessment:{name}", args=[(service or cast.victims).slug, reading.pk])


def confirm(client: Client) -> None:
    """As the page that asks for the password once more does."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.parametrize(("name", "starts"), [("paper", b"%PDF-"), ("data", b"{")])
def test_taken_out_after_the_password_and_written_in_the_journal(cast, case, name, starts):
    reading = finalised(cast, case, LEVEL_2 | THREAT)
    client = web(cast.ana)
    answer = client.get(address(cast, name, reading))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Event.objects.filter(tag=Tag.READING_EXPORTED).exists()

    confirm(client)
    answer = client.get(address(cast, name, reading))
    assert answer.content.startswith(starts)
    assert "no-store" in answer["Cache-Control"]
    assert re.fullmatch(
        r'attachment; filename="lecture-[0-9-]{10}-[0-9a-f]{8}\.\w+"', answer["Content-Disposition"]
    )
    assert Event.objects.filter(tag=Tag.READING_EXPORTED, subject_id=reading.pk, user=cast.ana).count() == 1


@pytest.mark.parametrize("name", ["paper", "data"])
def test_a_draft_and_a_reading_of_somebody_elses_case_are_not_there(cast, case, name):
    reading, unfinished = finalised(cast, case, LEVEL_2), draft(case, cast.ana, LEVEL_2)
    for who, wanted, service in [
        (cast.ana, unfinished, cast.victims),
        (cast.eli, reading, cast.victims),
        (cast.dora, reading, cast.elsewhere),
        (cast.dora, reading, cast.victims),
    ]:
        client = web(who)
        confirm(client)
        assert client.get(address(cast, name, wanted, service)).status_code == 404
    assert not Event.objects.filter(tag=Tag.READING_EXPORTED).exists()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_typed_words_stand_on_paper_as_they_were_typed(cast, case):
    reading = finalised(cast, case, LEVEL_2 | THREAT)
    [said] = [row for row in _texts(reading) if "devant" in row]
    assert said == "Dit <b>devant</b> les enfants & la voisine."


def _texts(reading: Reading) -> list[str]:
    """The words of every paragraph of the document."""

    def words(flowables):
        for each in flowables:
            if isinstance(each, paper.Paragraph):
                yield each.getPlainText()
            elif isinstance(each, paper.Table):
                for row in each._cellvalues:
                    for cell in row:
                        yield from words(cell if isinstance(cell, list) else [cell])
            elif isinstance(each, paper.KeepTogether):
                yield from words(each._content)

    return list(words(paper._story(reading, paper.grid_of(reading))))


def test_every_line_of_the_grid_stands_on_paper(cast, case):
    reading = finalised(cast, case, LEVEL_2)
    texts, grid = _texts(reading), paper.grid_of(reading)
    assert not [indicator.code for indicator in grid.indicators.values() if indicator.label not in texts]
    assert texts.count("non exploré") == len(grid.indicators) - len(LEVEL_2)


def test_a_note_of_many_pages_flows_over_them(cast, case):
    note = "Elle raconte, longuement, sans s’arrêter. " * 450
    assert len(note) < 20_000
    long, short = (
        paper.printed(finalised(cast, case, LEVEL_2 | {"A7": {"value": "recent", "note": words}}))
        for words in (note, "Court.")
    )
    assert pages_of(long) >= pages_of(short) + 3


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("œuvre d’été « là »", "œuvre d’été « là »"),
        ("Аня", "[U+0410][U+043D][U+044F]"),
        ("ok 🙂", "ok [U+1F642]"),
    ],
)
def test_what_the_font_lacks_is_told_by_its_number(typed, drawn):
    assert paper.drawable(typed) == drawn
