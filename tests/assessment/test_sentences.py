"""What is said of a reading, word for word: it is printed, sent and read aloud."""

# ruff: noqa: E501  (a sentence is a line)

from datetime import date

from assessment.reading import Previous
from assessment.sentences import explain, why
from tests.assessment.reader import absent, answers, reading


def test_type_level_what_decided_what_else_counted_what_is_lacking_and_what_to_ask():
    given = {
        "A1": "recent", "A2": "recent", "A5": "recent", "A4": {"value": "past", "seen": date(2026, 9, 14)},
        "A15": {"value": "recent", "means": True}, "B3": "recent", "E5": "recent",
        "E7": {"value": "current", "due": date(2026, 9, 20), "what": "audience"},
    }  # fmt: skip
    before = Previous(2, answers(absent() | {"A1": "recent", "A4": "recent"}), date(2026, 8, 1))
    dominates = "Impose ses règles au quotidien (A1), Coupe des proches (A2), Surveille, suit, géolocalise (A4), Rabaisse, humilie (A5)"
    resists = f"domination [4 sur 6 (au moins 3) : {dominates}] et Se défend physiquement (B3)"
    threat = "Menace de tuer (elle, les enfants, un tiers) ou de « tout finir » (A15)"
    asked = "Étranglement / étouffement (A8), Pense qu'il peut la tuer (B7), Menacés / projet d'enlèvement (D3), Séparation <12 mois ou imminente (E1), accès à la personne ou date annoncée (A15)"
    assert explain(reading(given, previous=before)) == [
        f"Dynamique TR, Violence de résistance : {resists}.",
        "Criticité suggérée : 4 (imminente). Un danger grave peut se réaliser à tout moment.",
        f"Arme à feu et domination (M3) atteint 4 : Arme accessible (à feu / autre) (E5) et sorte d'arme (E5) : arme à feu et 5 sur 15 (au moins 3) : {dominates}, {threat} ; Menace de tuer (M1) [{threat}].",
        f"Menace de tuer (M1) compte aussi, au niveau 3 : {threat}.",
        f"Violence de résistance (TR) compte aussi, au niveau 2 : {resists}.",
        f"Niveau précédent gardé (2) : il reste à explorer ou à préciser {asked}, Tient l'argent ou les papiers (A3), Intimide, casse, menace (A6), Violence physique (A7), Contrainte sexuelle (A9), A peur de lui (B11).",
        f"Évaluation incomplète, à explorer ou à préciser : {asked}.",
        "Lecture ouverte, sans réponse connue : Tient l'argent ou les papiers (A3), Intimide, casse, menace (A6), Violence physique (A7), Étranglement / étouffement (A8), Contrainte sexuelle (A9), A peur de lui (B11).",
        "Ne pas symétriser : pas de médiation, pas de plan symétrique. Se défendre n'est pas dominer.",
        "Surveille, suit, géolocalise (A4) : la réponse et la date ne concordent pas. Le plus récent a été retenu ; vérifier.",
    ]


def test_what_could_not_be_assessed_is_not_called_low():
    dynamics, level, *_lacking = explain(reading({}))
    assert dynamics == "Dynamique TI, Indéterminé : dans tous les cas."
    assert level == (
        "Criticité suggérée : NE (non évaluable). Trop peu est connu pour suggérer un niveau. Ce n'est pas un niveau bas."
    )


def test_where_nothing_raises_the_level_there_is_nothing_to_explain():
    _dynamics, *said = explain(reading(absent()))
    assert said == [
        "Criticité suggérée : 1 (faible). Rien de ce qui a été exploré ne l'élève.",
        "Tout ce qui compte est exploré, et rien n'élève le niveau (1).",
    ]


def test_an_answer_that_is_no_longer_known_says_that_it_counts_as_before():
    before = absent() | {"A1": "recent", "A2": "recent", "A5": "recent", "B1": "recent", "E1": "recent"}
    now = {code: value for code, value in before.items() if code != "B1"}
    kept = reading(now, previous=Previous(3, answers(before)))
    said = why(kept, "previous")
    assert said == "ce qui n'est plus connu compte comme avant, Se plie pour éviter le pire (B1)"
    assert f"Niveau précédent gardé (3) : {said}." in explain(kept)
