"""Urgencies of a draft by forms, with their ladders."""

import pytest

from pole.tenancy.context import inside
from protocols import drafts
from protocols.models import ProtocolDraft
from protocols.terms import REMINDER, URGENCIES
from tests.alerts.screens import get, post, text_of, undefined_variables_fail
from tests.cast import Cast
from tests.protocols.term_pages import text, untouched
from tests.protocols.test_draft_forms import plain

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]


def test_an_urgency_is_written_with_its_ladder_in_the_order_that_is_said(cast: Cast, draft: ProtocolDraft):
    said = {
        "revision": 1, "code": "blue", "label": "alerte bleue", "after": "orange",
        "acknowledge_0": "3", "acknowledge_1": "working hours",
        "answer_0": "2", "answer_1": "working days", "answer_from": "acknowledgement",
        "who_0": "direction", "step_0_0": "2", "step_0_1": "working days", "place_0": "2",
        "sender_0": "Appelez.",
        "who_1": "referent", "step_1_0": "4", "step_1_1": "working hours", "place_1": "1",
        "who_2": "", "place_2": "3",
    }  # fmt: skip
    answer = post(cast.cleo, "protocols:draft_new_urgency", draft.pk, **said)
    assert answer["Location"].endswith("#delays")
    assert [*plain(draft)["urgencies"]] == ["red", "orange", "blue", "concerted", "yellow", "reminder"]
    assert plain(draft)["urgencies"]["blue"] == {
        "label": "alerte bleue",
        "acknowledge": "3 working hours",
        "answer": {"within": "2 working days", "from": "acknowledgement"},
        "ladder": [
            {"after": "4 working hours", "who": "referent"},
            {"after": "2 working days", "who": "direction", "sender": "Appelez."},
        ],
    }
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "après 4 heures ouvrables : référent·e" in html
    assert "# from the most to the least urgent" in text(draft)


def test_a_rung_goes_and_the_comment_beside_another_stays(cast: Cast, draft: ProtocolDraft):
    with inside(cast.coordination):
        noted = draft.text.replace(
            "who: referent}\n      - {after: 30", "who: referent}  # nuit aussi\n      - {after: 30"
        )
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=noted, revision=1)
    said = untouched(cast, "draft_urgency", draft.pk, "red") | {"step_1_0": "45"}
    assert post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **said).status_code == 302
    assert text(draft) == noted.replace(
        "{after: 30 minutes, who: direction", "{after: 45 minutes, who: direction"
    )
    said = untouched(cast, "draft_urgency", draft.pk, "orange") | {"who_0": "", "step_0_0": ""}
    assert post(cast.cleo, "protocols:draft_urgency", draft.pk, "orange", **said).status_code == 302
    assert plain(draft)["urgencies"]["orange"]["ladder"] == [{"after": "1 working day", "who": "direction"}]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({"label": ""}, "Ce champ est obligatoire", id="no name"),
        pytest.param({"step_0_0": ""}, "Dites après combien de temps", id="a rung without a delay"),
        pytest.param({"who_0": ""}, "Dites qui est prévenu", id="a rung without anybody"),
        pytest.param({"step_0_0": "0"}, "supérieure ou égale à 1", id="no time at all"),
        pytest.param({"acknowledge_1": "fortnights"}, "fortnights", id="an unknown unit"),
        pytest.param({"after": "mauve"}, "mauve", id="an unknown place"),
    ],
)
def test_an_urgency_that_is_none_yet_says_why_and_keeps_what_was_typed(
    cast: Cast, draft: ProtocolDraft, said: dict, words: str
):
    good = untouched(cast, "draft_urgency", draft.pk, "red") | {"sender_1": "Appelez le 112."}
    answer = post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **good | said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Appelez le 112."' in text_of(answer)
    assert text(draft) == draft.text


def test_an_urgency_that_is_used_stays_and_its_places_are_named(cast: Cast, draft: ProtocolDraft):
    answer = post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", revision=1, remove="1")
    assert answer.status_code == 422
    html = text_of(answer)
    assert "Ceci sert encore" in html
    assert "règle « red-police »" in html.replace("\u00a0", " ")
    assert text(draft) == draft.text
    twice = {"revision": 1, "code": "red", "label": "rouge"}
    assert "porte ce nom court" in text_of(post(cast.cleo, "protocols:draft_new_urgency", draft.pk, **twice))


def test_a_code_is_no_longer_than_what_is_sent_under_it_can_say(cast: Cast, draft: ProtocolDraft):
    page = text_of(get(cast.cleo, "protocols:draft_new_urgency", draft.pk))
    for code in (*URGENCIES, REMINDER):
        assert code in page
    said = {"revision": 1, "code": "dans-la-semaine", "label": "dans la semaine"}
    answer = post(cast.cleo, "protocols:draft_new_urgency", draft.pk, **said)
    assert answer.status_code == 422
    assert "au plus 12 caractères" in text_of(answer)
    assert 'value="dans-la-semaine"' in text_of(answer)
    assert text(draft) == draft.text
