"""The screens of grids: looked at by those who read, changed by the direction, one reading under another grid."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessment import versions
from assessment.factories import LEVEL_2, draft
from assessment.finalising import freeze
from assessment.models import GridVersion, Reading
from pole.clock import database_now
from pole.tenancy.context import inside as space_of
from tests.alerts.screens import queries_of
from tests.assessment.test_versions import SHIPPED, stricter_text
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db


def page(cast, who, name, *args, service=None, **query):
    url = reverse(f"assessment:{name}", args=[(service or cast.victims).slug, *args])
    return signed_in(Client(), who).get(url, query)


def send(cast, who, name, *args, service=None, **data):
    url = reverse(f"assessment:{name}", args=[(service or cast.victims).slug, *args])
    return signed_in(Client(), who).post(url, posting(**data))


def text_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def upload(cast, text: str, who=None, **data):
    file = SimpleUploadedFile("grille.yaml", text.encode())
    return send(cast, who or cast.denis, "grid_load", file=file, **data)


def test_a_file_is_looked_at_first_and_loaded_once_confirmed(cast):
    html = text_of(upload(cast, stricter_text()))
    assert "Ce qui a été trouvé" in html
    assert not GridVersion.objects.exists()

    answer = send(cast, cast.denis, "grid_load", text=stricter_text(), confirm="1")
    assert answer.status_code == 302
    assert GridVersion.objects.get().code == "pdc-1-stricter"
    assert "pdc-1-stricter" in text_of(page(cast, cast.ana, "grids"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("grid: x\n", "version", id="no grid"),
        pytest.param("a: &b 1\n", "ligne 1, a – Les renvois", id="an anchor"),
        pytest.param("", "Choisissez le fichier", id="nothing"),
    ],
)
def test_what_is_no_grid_comes_back_with_the_place(cast, text, said):
    answer = upload(cast, text)
    assert answer.status_code in (200, 422)
    assert said in text_of(answer) or "vide" in text_of(answer)
    assert not GridVersion.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "key", "place", "said"),
    [
        pytest.param(
            ", full_within: 72 hours", "", "{level: 4, label", "levels[3]", "Il manque « full_within »",
            id="no review clock",
        ),
        pytest.param(
            "full_within: 72 hours", "full_within: soon", "{level: 4, label", "levels[3].full_within",
            "On attend un délai comme « 72 hours » (heures) ou « 30 days » (jours) ; trouvé : 'soon'.", id="no time",
        ),
        pytest.param(
            "grid: pdc-1\n", "grid: ma grille\n", "grid: ", "grid",
            "Le code d’une grille s’écrit en lettres minuscules",
            id="a code with a space",
        ),
        pytest.param(
            "  A1: {label: Impose", "  X1: {label: Impose", "  X1: ", "indicators.X1",
            "« X1 » n’appartient à aucun axe de cette grille", id="no axis",
        ),
        pytest.param(
            "lasting: {value: past, for: 24 months}", "lasting: {value: past, for: ages}",
            "lasting: {value: past, for: ages}", "indicators.A8.lasting.for",
            "On attend une durée comme « 7 days »", id="no period",
        ),
        pytest.param(
            "    when: losing_control\n", "    when: always\n", "  TR:", "dynamics.TR",
            "Cette ligne n’est jamais atteinte : « T4 »", id="a line under one that always holds",
        ),
        pytest.param(
            "when: {C4.value: breached}", "when: {all: [losing_control]}", "  breached:", "conditions.breached",
            "Ces conditions renvoient l’une à l’autre sans fin : breached -> losing_control -> breached", id="circle",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_grid_is_told_in_french_with_its_line_and_path(cast, before, after, key, place, said):
    text = SHIPPED.replace(before, after, 1)
    assert text != SHIPPED
    line = next(n for n, written in enumerate(text.split("\n"), start=1) if key in written)
    answer = upload(cast, text)
    assert answer.status_code == 422
    assert f"grille.yaml, ligne {line}, {place} – {said}" in text_of(answer)


def test_what_can_never_happen_is_told_in_french_and_the_file_is_not_loaded(cast):
    text = stricter_text().replace(
        "cautions:", "cautions:\n  - {code: never, when: {all: [A1, {not: A1}]}, text: Jamais.}", 1
    )
    html = text_of(upload(cast, text))
    assert "Jamais la mise en garde « never » ne s’applique : aucune combinaison de réponses" in html
    assert "cautions[0].when · ligne " in html
    assert html.index("Faute :") < html.index("À voir :"), "what stops it comes first"
    refused = send(cast, cast.denis, "grid_load", text=text, confirm="1")
    assert refused.status_code == 422
    assert " – Jamais la mise en garde « never »" in text_of(refused)
    assert not GridVersion.objects.exists()


def test_another_text_under_a_shipped_code_is_refused(cast):
    answer = send(cast, cast.denis, "grid_load", text=SHIPPED + "# autre\n", confirm="1")
    assert answer.status_code == 422
    assert "ne change jamais" in text_of(answer)


def test_the_direction_takes_in_use_and_retires(cast):
    for code in ("ticks-1", "ticks-24"):
        send(cast, cast.denis, "grid_take", code)
    assert "Mettre en usage" not in text_of(page(cast, cast.denis, "grids"))
    send(cast, cast.denis, "grid_retire", "ticks-24")
    assert "Retirer" in text_of(page(cast, cast.denis, "grid_retire", "pdc-1"))
    send(cast, cast.denis, "grid_retire", "pdc-1")
    with space_of(cast.victims):
        assert versions.grids_in_use(cast.victims) == ["ticks-1"]
    answer = send(cast, cast.denis, "grid_retire", "ticks-1")
    assert (
        "la seule grille" in text_of(signed_in(Client(), cast.denis).get(answer.url))
        or answer.status_code == 302
    )
    with space_of(cast.victims):
        assert versions.grids_in_use(cast.victims) == ["ticks-1"]


def test_others_look_and_change_nothing(cast):
    for who in (cast.ana, cast.rita):
        assert "Charger une version" not in text_of(page(cast, who, "grids"))
        assert upload(cast, stricter_text(), who).status_code == 403
        assert send(cast, who, "grid_take", "ticks-1").status_code == 403
        assert send(cast, who, "grid_retire", "pdc-1").status_code == 403
    assert page(cast, cast.dora, "grids").status_code == 404
    assert page(cast, cast.cleo, "grids", service=cast.coordination).status_code == 403


@pytest.mark.parametrize("code", ["pdc-1", "ticks-1"])
def test_a_grid_can_be_read_by_people(cast, code):
    html = text_of(page(cast, cast.ana, "grid", code))
    assert "non validée" in html
    assert "Ce qui atteint aussi un niveau" in html
    assert page(cast, cast.ana, "grid", "pdc-9").status_code == 404


def finalised(cast, case) -> Reading:
    return freeze(actor=cast.actor(cast.ana), reading_id=draft(case, cast.ana, LEVEL_2).pk, at=database_now())


def test_one_reading_under_another_grid_and_nothing_of_it_changes(cast, case):
    reading = finalised(cast, case)
    versions.load_version(stricter_text())
    before = Reading.objects.values().get(pk=reading.pk)
    html = text_of(page(cast, cast.ana, "under_another", reading.pk, grille="pdc-1-stricter"))
    assert "2 · modérée" in html
    assert "3 · élevée" in html
    assert Reading.objects.values().get(pk=reading.pk) == before
    assert "aucune ligne commune" in text_of(
        page(cast, cast.ana, "under_another", reading.pk, grille="ticks-1")
    )
    assert page(cast, cast.ana, "under_another", reading.pk, grille="pdc-9").status_code == 404


def test_to_a_colleague_outside_the_team_and_to_a_stranger_it_is_not_there(cast, case):
    reading = finalised(cast, case)
    assert page(cast, cast.eli, "under_another", reading.pk).status_code == 404
    assert page(cast, cast.dora, "under_another", reading.pk, service=cast.elsewhere).status_code == 404


def test_where_several_are_in_use_an_empty_draft_offers_them(cast, case):
    empty, begun = draft(case, cast.ana, {}), None
    assert 'name="grid"' not in text_of(page(cast, cast.ana, "fill", empty.pk))
    send(cast, cast.denis, "grid_take", "ticks-1")
    assert 'name="grid"' in text_of(page(cast, cast.ana, "fill", empty.pk))
    answer = send(cast, cast.ana, "start", case.pk, grid="ticks-1")
    assert answer.url.endswith(f"{empty.pk}/")
    with space_of(cast.victims):
        begun = Reading.objects.get(pk=empty.pk)
    assert begun.grid == "ticks-1"
    assert "Blessures" in text_of(page(cast, cast.ana, "fill", empty.pk))


def test_the_list_asks_as_often_for_one_reading_as_for_many(cast, case):
    finalised(cast, case)
    few = queries_of(cast.denis, "assessment:grids")
    for _ in range(5):
        finalised(cast, case)
    assert len(queries_of(cast.denis, "assessment:grids")) == len(few) <= 15
