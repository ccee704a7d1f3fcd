"""Hours of a draft by forms: the week of the protocol, and that of a party."""

import pytest

from pole.yamlfile import load
from protocols.documents.hours import DAYS
from protocols.models import ProtocolDraft
from tests.alerts.screens import get, post, text_of, undefined_variables_fail
from tests.cast import Cast
from tests.protocols.term_pages import text, untouched
from tests.protocols.test_draft_forms import plain

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]


def test_the_week_is_changed_day_by_day(cast: Cast, draft: ProtocolDraft):
    said = untouched(cast, "draft_hours", draft.pk)
    assert (said["monday_0_from"], said["holidays"]) == ("09:00", "BE")
    said |= {"monday_0_to": "12:00", "monday_1_from": "13:00", "monday_1_to": "16:30"}
    said |= {"friday_0_from": "", "friday_0_to": "", "holidays": "none"}
    answer = post(cast.cleo, "protocols:draft_hours", draft.pk, **said)
    assert answer["Location"].endswith("#hours")
    hours = plain(draft)["working_hours"]
    assert hours["week"]["monday"] == ["09:00-12:00", "13:00-16:30"]
    assert "friday" not in hours["week"]
    assert "holidays" not in hours
    assert "# article 14 §1; legal holidays" in text(draft)
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "le lundi : 09:00–12:00, 13:00–16:30" in html
    assert "du mardi au jeudi : 09:00–17:00" in html
    assert "Ouvert aussi les jours fériés légaux" in html


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({"monday_0_to": ""}, "Dites les deux", id="half an opening"),
        pytest.param({"monday_0_to": "08:00"}, "La fermeture précède", id="backwards"),
        pytest.param({"monday_1_from": "16:00", "monday_1_to": "18:00"}, "avant la fin", id="over one another"),
        pytest.param({"monday_0_from": "neuf"}, "valide", id="no time"),
        pytest.param(
            {f"{day}_0_{end}": "" for day in DAYS[:5] for end in ("from", "to")},
            "au moins une ouverture",
            id="never open",
        ),
    ],
)  # fmt: skip
def test_a_week_that_is_none_is_refused(cast: Cast, draft: ProtocolDraft, said: dict, words: str):
    answer = post(
        cast.cleo, "protocols:draft_hours", draft.pk, **untouched(cast, "draft_hours", draft.pk) | said
    )
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert text(draft) == draft.text


def test_a_party_is_there_in_hours_of_its_own(cast: Cast, draft: ProtocolDraft):
    said = untouched(cast, "draft_party", draft.pk, "POL")
    assert (said["hours"], said["warning"]) == ("always", "police_may_record")
    wrong = post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **said | {"hours": "own"})
    assert "au moins une ouverture" in text_of(wrong)
    said |= {"hours": "own", "monday_0_from": "08:00", "monday_0_to": "18:00", "warning": ""}
    assert post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **said).status_code == 302
    assert plain(draft)["parties"]["POL"] == {
        "label": "Zone de police",
        "kind": "police",
        "hours": {"monday": ["08:00-18:00"]},
    }
    assert "le lundi : 08:00–18:00" in text_of(get(cast.cleo, "protocols:draft", draft.pk))
    # Findings come at once: nobody acknowledges within 15 minutes what the police reads on Mondays only.
    back = untouched(cast, "draft_party", draft.pk, "POL") | {
        "hours": "always",
        "warning": "police_may_record",
    }
    assert post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **back).status_code == 302
    assert plain(draft) == load(draft.text).plain()
