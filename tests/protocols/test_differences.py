"""What an amendment changes is told in sentences, article by article; nothing changes without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.differences import Differences, differences
from protocols.documents import ProtocolError, load_protocol, shipped
from protocols.registry import shipped_text

TEXT = shipped_text("demo-2026")


def changed(*replacements: tuple[str, str]) -> Differences:
    text = TEXT
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return differences(load_protocol(TEXT), load_protocol(text))


@pytest.mark.parametrize("identifier", shipped())
def test_a_version_does_not_differ_from_itself(identifier):
    assert not differences(load_protocol(identifier), load_protocol(shipped_text(identifier) + "# layout\n"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "AUT -> VIC: {both: [C01, C05, C06, C09, C13], agreed: [C14], without: [C04, C11]}",
            "AUT -> VIC: {both: [C01, C05, C06, C09, C13], agreed: [C14], without: [C11]}",
            "La catégorie C04 (faits datés) ne va plus de AUT à VIC.",
        ),
        (
            "POL -> AUT: {agreed: [C01, C07]}",
            "POL -> AUT: {agreed: [C01, C07], without: [C05]}",
            "La catégorie C05 (lecture (dynamique, criticité, marqueurs)) va désormais de POL à AUT, sans accord "
            "seulement.",
        ),
        (
            "POL -> VIC: {both: [C01, C05, C06], agreed: [C07, C08]}",
            "POL -> VIC: {both: [C01, C05, C06, C08], agreed: [C07]}",
            "La catégorie C08 (alarme mobile) va de POL à VIC avec accord, ou sans, et non plus avec accord "
            "seulement.",
        ),
        (
            "never: [C03, C10]",
            "never: [C03, C10, C15]",
            "La catégorie C15 (éléments d'enquête) ne part désormais plus jamais.",
        ),
        (
            "without_agreement_from: 3",
            "without_agreement_from: 4",
            "Sans accord : à partir de la criticité 4, et non plus 3.",
        ),
        (
            "POL -> COO: {both: [C05], agreed: [C04], identity: false}",
            "POL -> COO: {both: [C05], agreed: [C04]}",
            "Ce qui va de POL à COO nomme désormais des personnes.",
        ),
    ],
)
def test_the_matrix_changes_in_sentences(old, new, sentence):
    found = changed((old, new))
    assert found.matrix == [sentence]
    assert (found.articles, found.others, found.unsaid) == ([], [], [])


def test_an_articles_text_and_effect_are_told_apart():
    found = changed(
        ("un mois de préavis", "deux mois de préavis"),
        ("terms: {notice: 1 month}", "terms: {notice: 2 months}"),
    )
    [article] = found.articles
    assert (article.number, article.kind) == ("13", "changed")
    assert [(piece.kind, piece.words) for piece in article.text if piece.kind != "same"] == [
        ("gone", "un"),
        ("come", "deux"),
    ]
    assert (article.orders_no_more, article.orders_now) == (["Délai : 1 mois."], ["Délai : 2 mois."])
    text_alone = changed(("un mois de préavis", "deux mois de préavis")).articles
    assert [each.orders_now for each in text_alone] == [[]]


def test_a_rule_that_no_longer_sends_a_category_says_so():
    found = changed(("VIC -> AUT: [C01, C04, C05, C14]", "VIC -> AUT: [C01, C05, C14]"))
    [article] = found.articles
    assert not article.text_changed
    [rule] = article.rewritten
    assert [(piece.kind, piece.words) for piece in rule if piece.kind != "same"] == [("gone", "faits datés,")]
    assert (article.orders_no_more, article.orders_now) == ([], [])


def test_articles_come_and_go():
    whole, cut = load_protocol(TEXT), load_protocol(TEXT[: TEXT.rindex('  - number: "14 §2"')])
    assert [(each.number, each.kind) for each in differences(whole, cut).articles] == [("14 §2", "removed")]
    assert [(each.number, each.kind) for each in differences(cut, whole).articles] == [("14 §2", "added")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("until: 2027-08-31", "until: 2027-12-31", "En vigueur du 01/09/2026 au 31/12/2027 inclus"),
        ("label: Zone de police, ", "label: Police, ", "« Police (police), là jour et nuit"),
        (
            "acknowledge: 15 minutes",
            "acknowledge: 30 minutes",
            "Urgences red : « alerte rouge ; accusé : 30 minutes",
        ),
        ("law: necessity, ", "", "Bases légales necessity : modifié dans le détail du texte."),
        ("F3: ", "F4: la recherche\n  F3: ", "Finalités F4, ajouté : « la recherche »."),
    ],
)
def test_the_rest_is_told_too(old, new, said):
    found = changed((old, new))
    assert any(said in sentence for sentence in found.others), found.others


def test_what_a_name_means_is_told_though_every_rule_keeps_the_name():
    found = changed(("when: {grounds: {only: [M14]}}", "when: {grounds: {only: [M13]}}"))
    assert not found.articles
    [sentence] = found.others
    assert sentence.startswith("Ce que veut dire dropout_only : « décrochage (M14) pour seul motif : ")


def test_what_has_no_sentence_is_named():
    assert changed(('monday: ["09:00-17:00"]', 'monday: ["10:00-17:00"]')).unsaid == ["heures ouvrables"]
    assert changed(("terms: {notice: 1 month}", "terms: {other: 1 month}")).unsaid == ["article 13"]


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_that_the_application_reads_goes_unsaid(data):
    lines = TEXT.splitlines(keepends=True)
    n = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[n]) - 1))
    lines[n] = lines[n][:at] + data.draw(st.sampled_from("1379aeMVC ")) + lines[n][at + 1 :]
    try:
        other = load_protocol("".join(lines))
    except ProtocolError:
        return
    same = load_protocol(TEXT)
    versions = {"version", "signed_on"}  # named on the page itself
    if lines[n].partition(":")[0] not in versions:
        assert bool(differences(same, other)) == (other.canonical != same.canonical)
