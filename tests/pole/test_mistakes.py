"""Mistakes in files: English where nobody translates, French on a page, and never a sentence that isn't marked."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from pole.conditions import ConditionError, Flag, Vocabulary, parse
from pole.mistakes import in_words, with_place
from pole.yamlfile import FileError, load

ROOT = Path(__file__).parents[2]
RAISERS = (
    "pole/yamlfile.py",
    "pole/conditions/parsing.py",
    *(
        str(file.relative_to(ROOT))
        for folder in ("protocols/documents", "assessment/grids")
        for file in sorted((ROOT / folder).glob("*.py"))
    ),
)


def mistake(text: str) -> FileError:
    with pytest.raises(FileError) as caught:
        load(text).mapping(required=("a",), optional=())["a"].text()
    return caught.value


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("a: [1\n", "not valid YAML", "vérifiez les deux-points"),
        ("", "is empty", "Le texte est vide."),
        ("a: &x 1\n", "anchors", "Les renvois (& et *)"),
        ("a: 1\na: 2\n", "'a' stands here twice", "« a » figure ici deux fois"),
        ("b: x\n", "'a' is missing", "Il manque « a »"),
        ("a: {b: 1}\n", "found a mapping", "trouvé : des clés avec leurs valeurs"),
        ("a: null\n", "found nothing", "trouvé : rien"),
        ("a: 2026-13-01\n", "is not a valid", "mettez-la entre guillemets"),
        ("a: !x 1\n", "the tag", "La marque !x"),
        ("[" * 5000, "nested too deeply", "emboîté trop profondément"),
    ],
)
def test_a_mistake_is_said_in_the_language_of_who_reads_it(text: str, english: str, french: str):
    problem = mistake(text)
    assert english in str(problem)
    with translation.override("fr"):
        assert french in in_words(problem).replace("\u00a0", " ")
    with translation.override("en"):
        assert english in in_words(problem)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"file": "a.yaml", "line": 3, "path": "b.c"}, "a.yaml, ligne 3, b.c – Non."),
        ({"line": 3, "path": "b.c"}, "Ligne 3, b.c – Non."),
        ({"file": "a.yaml"}, "a.yaml – Non."),
        ({}, "Non."),
    ],
)
def test_the_place_stands_before_the_sentence_as_far_as_it_is_known(place, said: str):
    with translation.override("fr"):
        assert with_place("Non.", **place) == said


def test_a_mark_of_formatting_in_a_file_is_no_mark_of_ours():
    assert "100 %s" in str(mistake("a: x\n100 %s: 2\n"))


def test_a_condition_keeps_its_sentence_and_what_it_is_about():
    with pytest.raises(ConditionError) as caught:
        parse({"open": "yes"}, Vocabulary({"open": Flag("ouvert")}))
    assert (
        caught.value.message % caught.value.params == caught.value.reason == "'is' wants true or false here"
    )


@pytest.mark.parametrize("name", RAISERS)
def test_every_sentence_is_marked_for_the_catalogue(name: str):
    """Else a coordinator meets English: the first words of each error are marked, or handed on from one that is."""
    for call in ast.walk(ast.parse((ROOT / name).read_text())):
        if not isinstance(call, ast.Call):
            continue
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in {"error", "ConditionError"}:
            said = call.args[1 if called == "ConditionError" else 0]
            assert not isinstance(said, ast.Constant | ast.JoinedStr), f"{name}:{call.lineno}"
