"""Alerts where people look first: the dashboard of each side, and the page of the case."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts import factories as alerts
from alerts import handling
from alerts.models import Alert
from assessment import factories as readings
from cases import factories
from pole.tenancy.context import tenant
from pole.ui.templatetags.pole_ui import dialled
from protocols.models import Exchange
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def protocol(cast):
    return alerts.protocol(
        victims=cast.victims,
        programme=cast.programme,
        police=cast.police,
        coordination=cast.coordination,
        today=timezone.localdate(),
    )


@pytest.fixture
def case(cast):
    with tenant(cast.victims.pk):
        return factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")


def finalised(cast, case, answers):
    return alerts.finalised(cast.actor(cast.ana), answers, at=timezone.now(), case=case)


def dashboard(client, user, service) -> str:
    return signed_in(client, user).get(reverse("desk:dashboard", args=[service.slug])).content.decode()


def test_a_held_alert_waits_on_the_referents_dashboard(cast, protocol, case, client):
    finalised(cast, case, readings.LEVEL_3)
    assert "Retenu, à décider" in dashboard(client, cast.rita, cast.victims)
    for user, service in ((cast.ana, cast.victims), (cast.remy, cast.programme), (cast.dora, cast.elsewhere)):
        assert "Retenu, à décider" not in dashboard(client, user, service)


def test_a_received_alert_waits_on_its_recipients_dashboards_alone(cast, protocol, case, client):
    finalised(cast, case, readings.LEVEL_4)
    for user, service in ((cast.carla, cast.police), (cast.bruno, cast.programme)):
        page = dashboard(client, user, service)
        assert "Reçu, accusé attendu" in page
        assert "Alerte rouge" in page
        assert "Nora" not in page
    for user, service in ((cast.ana, cast.victims), (cast.dora, cast.elsewhere)):
        assert "Reçu, accusé attendu" not in dashboard(client, user, service)


def test_a_missing_acknowledgement_is_a_red_banner_until_it_comes(cast, protocol, case, client):
    finalised(cast, case, readings.LEVEL_4)
    with tenant(cast.victims.pk):
        Alert.objects.filter(recipient=cast.police).update(overdue_at=timezone.now())
    page = dashboard(client, cast.ana, cast.victims)
    assert page.count("banner-danger") == 1
    assert f'href="tel:{dialled(cast.police.urgent_phone)}"' in page
    assert (
        "Nora Lien" in page[page.index("banner-danger") : page.index("Ouvrir l’alerte")]
    )  # about whom, before opening
    here = reverse("desk:case", args=[cast.victims.slug, case.pk])
    banner = client.get(here).content.decode()
    assert "a pas accusé réception" in banner
    assert "Ouvrir l’alerte" in banner
    assert "banner-danger" not in dashboard(client, cast.eli, cast.victims)
    with tenant(cast.police.pk):
        received = Exchange.objects.received_by(cast.police.pk).get()
        handling.acknowledge(actor=cast.actor(cast.carla), exchange=received)
    assert "banner-danger" not in dashboard(client, cast.ana, cast.victims)
    assert "Reçu, accusé attendu" not in dashboard(client, cast.carla, cast.police)


def test_a_lowered_level_waits_for_somebody_else(cast, protocol, case, client):
    alerts.finalised(
        cast.actor(cast.ana), readings.LEVEL_3, at=timezone.now(), case=case, chosen=2, motive="Éloignement."
    )
    assert "Seconde lecture demandée" in dashboard(client, cast.rita, cast.victims)
    assert "Seconde lecture demandée" not in dashboard(client, cast.ana, cast.victims)


def test_the_case_shows_its_readings_and_alerts_in_as_many_queries(cast, protocol, case, client):
    here = reverse("desk:case", args=[cast.victims.slug, case.pk])
    signed_in(client, cast.ana).get(here)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(here).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in captured)

    before = queries()
    finalised(cast, case, readings.LEVEL_2)
    finalised(cast, case, readings.LEVEL_4)
    assert queries() == before <= 15
    page = client.get(here).content.decode()
    assert "4 · imminente" in page
    assert "2 · modérée" in page
    assert f"Alerte rouge à {cast.police.name}" in page


@pytest.mark.parametrize(("who", "has_disagreements"), [("ana", True), ("rita", True), ("cleo", False)])
def test_every_tab_of_the_alerts_opens(cast, protocol, client, who, has_disagreements):
    user = getattr(cast, who)
    slug = cast.actor(user).service_slug
    page = signed_in(client, user).get(reverse("alerts:received", args=[slug])).content.decode()
    [tabs] = re.findall(r'<ul class="tabs.*?</ul>', page, flags=re.S)
    links = re.findall(r'href="([^"]+)"', tabs)
    assert (reverse("alerts:disagreements", args=[slug]) in links) == has_disagreements
    assert {client.get(link).status_code for link in links} == {200}


def test_a_basis_is_said_once_for_all_that_it_carries(cast, protocol, case, client):
    finalised(cast, case, readings.LEVEL_4)
    with tenant(cast.police.pk):
        received = Exchange.objects.received_by(cast.police.pk).get()
    here = reverse("alerts:exchange", args=[cast.police.slug, received.pk])
    page = signed_in(client, cast.carla).get(here).content.decode()
    assert set(received.bases.values()) == {"necessity"}
    assert page.count('class="told"') > 1
    assert page.count('class="told-basis"') == 1
