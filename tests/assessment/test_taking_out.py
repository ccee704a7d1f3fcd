"""Taking a reading out of Pôle: asked for twice, by somebody who sees the case, and written in the journal."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.factories import LEVEL_2, LEVEL_3, draft
from pole.audit.models import Event, Tag
from pole.tenancy.permissions import RIGHTS, Perm
from tests.assessment.reader import GRID
from tests.assessment.test_exporting import THREAT, finalised
from tests.cast import signed_in
from tests.ui.conftest import undefined_variables_fail

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]
PASSWORD = "une phrase assez longue"
BOTH = pytest.mark.parametrize("name", ["paper", "data"])


def web(who) -> Client:
    who.set_password(PASSWORD)
    who.save()
    return signed_in(Client(), who)


def address(cast, name, reading, service=None):
    return reverse(f"assessment:{name}", args=[(service or cast.victims).slug, reading.pk])


def page_of(cast, reading):
    return reverse("alerts:reading", args=[cast.victims.slug, reading.pk])


def confirm(client: Client, then: str = ""):
    """As the page that asks for the password once more does."""
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": then})


@pytest.mark.parametrize(("name", "starts"), [("paper", b"%PDF-"), ("data", b"{")])
def test_it_comes_after_the_password_and_is_written_in_the_journal(cast, case, name, starts):
    reading = finalised(cast, case, LEVEL_2 | THREAT)
    client = web(cast.ana)
    assert client.get(address(cast, name, reading)).url.startswith(reverse("account_reauthenticate"))
    assert not Event.objects.filter(tag=Tag.READING_EXPORTED).exists()

    confirm(client)
    answer = client.get(address(cast, name, reading))
    assert answer.content.startswith(starts)
    assert "no-store" in answer["Cache-Control"]
    assert re.fullmatch(
        r'attachment; filename="lecture-[0-9-]{10}-[0-9a-f]{8}\.\w+"', answer["Content-Disposition"]
    )
    [event] = Event.objects.filter(tag=Tag.READING_EXPORTED)
    assert (event.subject_id, event.user) == (reading.pk, cast.ana)
    assert event.detail == {"case": str(case.pk), "form": {"paper": "pdf", "data": "json"}[name]}


@BOTH
def test_a_wrong_password_takes_nothing_out(cast, case, name):
    reading, client = finalised(cast, case, LEVEL_2), web(cast.ana)
    client.post(reverse("account_reauthenticate"), {"password": "une autre"})
    assert client.get(address(cast, name, reading)).status_code == 302
    assert not Event.objects.filter(tag=Tag.READING_EXPORTED).exists()


@BOTH
def test_who_confirmed_comes_back_to_the_page_of_the_reading_which_says_so(cast, case, name):
    reading, client = finalised(cast, case, LEVEL_2), web(cast.ana)
    page = page_of(cast, reading)
    assert "Votre mot de passe est redemandé." in client.get(page).content.decode()

    asked = client.get(address(cast, name, reading), follow=True)
    [field] = re.findall(r'name="next" value="([^"]+)"', asked.content.decode())
    assert confirm(client, then=field).url == f"{page}#export-title"
    said = client.get(page).content.decode()
    assert "Vous avez confirmé que c’est vous" in said
    assert "Votre mot de passe est redemandé." not in said


@BOTH
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_draft_and_a_reading_of_somebody_elses_case_are_not_there(cast, case, name, confirmed):
    reading, unfinished = finalised(cast, case, LEVEL_2), draft(case, cast.ana, LEVEL_2)
    for who, wanted, service in [
        (cast.ana, unfinished, cast.victims),
        (cast.eli, reading, cast.victims),
        (cast.dora, reading, cast.elsewhere),
        (cast.dora, reading, cast.victims),
    ]:
        client = web(who)
        if confirmed:
            confirm(client)
        assert client.get(address(cast, name, wanted, service)).status_code == 404
    assert not Event.objects.filter(tag=Tag.READING_EXPORTED).exists()


@BOTH
def test_whoever_reads_the_journal_but_no_case_takes_nothing_out(cast, case, name):
    assert Perm.CASE_READ not in RIGHTS["audit"]
    client = web(cast.olga)
    confirm(client)
    assert client.get(address(cast, name, finalised(cast, case, LEVEL_2))).status_code == 403


def test_only_the_reading_before_stands_beside_it_and_without_its_notes(cast, case):
    """The reading before is needed to recompute; what was noted in it is not."""
    finalised(cast, case, LEVEL_2 | {"A7": {"value": "recent", "note": "Ypresian"}})
    client = web(cast.ana)
    confirm(client)
    answer = client.get(address(cast, "data", finalised(cast, case, LEVEL_3)))
    assert json.loads(answer.content)["previous"]["answers"]["A7"] == {"value": "recent"}
    assert "Ypresian" not in answer.content.decode()


@BOTH
def test_it_asks_as_much_of_the_database_for_three_lines_as_for_all(cast, case, name):
    everything = {code: {"value": "unknown", "note": "Demandé."} for code in GRID.indicators}
    finalised(cast, case, LEVEL_2)
    client = web(cast.ana)
    confirm(client)
    asked = []
    for answers in (dict(list(everything.items())[:3]), everything):
        reading = finalised(cast, case, answers)
        client.get(address(cast, name, reading))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(cast, name, reading)).status_code == 200
        asides = ("SAVEPOINT", "RELEASE", "WITH before", "SELECT set_config", "SELECT clock_")
        asked.append([q["sql"] for q in captured.captured_queries if not q["sql"].startswith(asides)])
    few, many = asked
    assert len(few) == len(many) <= 15, "\n".join(many)
