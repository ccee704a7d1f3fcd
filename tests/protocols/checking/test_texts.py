"""The delays that a text says in words."""

import pytest

from protocols.checking.texts import spans_in


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("dans les 4 heures ouvrables", [(4, "hours", True)]),
        ("sous deux jours ouvrables", [(2, "days", True)]),
        ("par écrit dans l'heure", [(1, "hours", False)]),
        ("dans l’heure", [(1, "hours", False)]),
        ("dans le jour ouvrable qui suit", [(1, "days", True)]),
        ("Quatre jours puis un jour avant", [(4, "days", False), (1, "days", False)]),
        ("six mois au plus ; deux semaines", [(6, "months", False), (14, "days", False)]),
        ("de 9 h à 17 h, jour et nuit, les heures ouvrables, deux référents", []),
        ("dans les vingt-quatre heures", [(24, "hours", False)]),
    ],
)
def test_the_delays_of_a_french_text_are_read_as_people_write_them(text, spans):
    assert sorted(spans_in(text)) == sorted(spans)
