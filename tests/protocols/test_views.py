"""The protocols as their parties read them: text and orders side by side, for the parties alone."""

from uuid import uuid4

import pytest

from protocols.documents import load_protocol
from tests.alerts.screens import (
    get,
    in_force,
    queries_of,
    signed_between,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def test_the_list_says_what_is_in_force_and_until_when(cast: Cast, in_force):
    html = text_of(get(cast.bruno, "protocols:list"))
    assert "Protocole d&#x27;entente" in html
    assert "en vigueur" in html
    assert cast.police.name in html
    assert "Aucun protocole en vigueur" not in html


def test_without_one_in_force_it_says_whom_to_call(cast: Cast):
    signed_between(cast, from_days=-400, until_days=-40)
    signed_between(cast, from_days=40, until_days=400, version="2")
    html = text_of(get(cast.ana, "protocols:list"))

    assert "Aucun protocole en vigueur : rien ne part" in html
    for words in (
        "112 · 101",
        "0800 30 030",
        cast.police.urgent_phone,
        "plus en vigueur",
        "pas encore en vigueur",
    ):
        assert words in html
    assert cast.elsewhere.name not in html


def test_a_service_without_any_gets_the_emergency_numbers(cast: Cast, in_force):
    html = text_of(get(cast.dora, "protocols:list"))
    assert "Votre service n’a signé aucun protocole ici" in html
    assert "112 · 101" in html
    assert cast.police.name not in html


def test_every_article_stands_with_its_text_and_what_it_orders(cast: Cast, in_force):
    html = text_of(get(cast.olga, "protocols:version", in_force.pk))
    for article in load_protocol("demo-2026").articles:
        assert f"<h3>Article {article.number}</h3>" in html
    for words in (
        "Si criticité 3 nouvelle, ou 3 avec un marqueur nouveau.",
        "Alerte orange, à envoyer dans un délai de 4 heures ouvrables.",
        "À défaut d&#x27;accord : retenue, le ou la référent·e décide.",
        "Appelez d&#x27;abord le 112 ou le 101.",
        "VIC → POL",
        "Jamais, à personne : adresse ou lieu d&#x27;hébergement, contenu d&#x27;entretien.",
        "après 30 minutes : direction",
        in_force.text_hash,
    ):
        assert words in html


def test_a_version_exists_for_its_parties_alone(cast: Cast, in_force):
    assert get(cast.dora, "protocols:version", in_force.pk).status_code == 404
    assert get(cast.dora, "protocols:version", in_force.pk, service=cast.victims).status_code == 404
    assert get(cast.ana, "protocols:version", uuid4()).status_code == 404
    for party in (cast.ana, cast.bruno, cast.carla, cast.cleo, cast.olga):
        assert get(party, "protocols:version", in_force.pk).status_code == 200


def test_pages_take_few_queries(cast: Cast, in_force):
    for page, args in (("list", []), ("version", [in_force.pk])):
        asked = queries_of(cast.ana, f"protocols:{page}", *args)
        assert len(asked) <= 15, "\n".join(asked)
