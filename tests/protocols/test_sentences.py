"""Rules and delays as French sentences."""

import pytest

from pole.calendar import Delay, Period
from protocols.documents import load_protocol
from protocols.sentences import article_text, delay_words, urgency_text


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (Delay.parse("15 minutes"), "15 minutes"),
        (Delay.parse("1 hour"), "1 heure"),
        (Delay.parse("4 working hours"), "4 heures ouvrables"),
        (Delay.parse("1 working day"), "1 jour ouvrable"),
        (Period.parse("6 months"), "6 mois"),
        (Period.parse("1 day"), "1 jour"),
    ],
)
def test_a_delay_is_said_as_one_says_it(delay, words):
    assert delay_words(delay) == words


def test_every_rule_says_when_it_holds_and_what_it_orders():
    protocol = load_protocol("demo-2026")
    for article in protocol.articles:
        for rule in article_text(protocol, article).rules:
            assert rule.condition.startswith("Si ")
            assert rule.duty or (rule.sends and rule.terms), rule.id


def test_what_needs_agreement_says_what_happens_without():
    protocol = load_protocol("demo-2026")
    [held] = [rule for rule in _rules(protocol, "5 §1") if rule.id == "orange-from-victim-service"]
    assert held.terms[1:3] == [
        "Avec l'accord de la personne.",
        "À défaut d'accord : retenue, le ou la référent·e décide.",
    ]
    assert "enfants" in held.held[0][1]
    assert "enfants" not in held.sends[0][1]
    [police, _] = _rules(protocol, "5 §2")
    assert "À défaut d'accord : rien ne part." in police.terms
    assert police.held == []


def test_what_the_file_keeps_beside_the_rules_stands_under_its_article():
    protocol = load_protocol("demo-2026")
    by_number = {article.number: article_text(protocol, article) for article in protocol.articles}
    assert (
        by_number["8"].terms[0]
        == "Rappel : 4 jours, puis 1 jour avant la fin, à criticité 2 ou plus, avec accord."
    )
    assert by_number["9"].terms[0].startswith("Alerte concertée vers COO : écart de 1 ou plus")
    assert by_number["1"].rules == by_number["1"].terms == []


def test_an_urgency_says_its_clock():
    red = urgency_text(load_protocol("demo-2026").urgencies["red"])
    assert (red.acknowledge, red.answer) == ("15 minutes", "2 heures à partir de la remise")
    assert red.ladder[0] == "après 15 minutes : référent·e"


def _rules(protocol, number):
    return article_text(protocol, protocol.article(number)).rules
