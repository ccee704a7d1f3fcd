from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone


@pytest.mark.parametrize(
    ("level", "label", "shown", "icon"),
    [
        (None, "non évaluable", "NE · non évaluable", "circle-question-mark"),
        (1, "faible", "1 · faible", "shield-check"),
        (2, "modérée", "2 · modérée", "eye"),
        (3, "élevée", "3 · élevée", "triangle-alert"),
        (4, "imminente", "4 · imminente", "siren"),
    ],
)
def test_a_level_is_number_word_and_icon_never_colour_alone(component, level, label, shown, icon):
    html = component("level_badge", level=level, label=label)
    assert shown in html
    assert f"level-{level or 'ne'}" in html
    assert f"icon-{icon}" in html
    assert 'aria-hidden="true"' in html


def test_a_delay_says_what_is_due_and_when(component):
    html = component("countdown", due=timezone.now() + timedelta(minutes=12), what="accusé attendu")
    assert "accusé attendu" in html
    assert "dans 12 min" in html
    assert "countdown-late" not in html


def test_a_passed_delay_says_by_how_much(component):
    html = component("countdown", due=timezone.now() - timedelta(hours=2), what="accusé attendu")
    assert "2 h 00 de retard" in html
    assert "countdown-late" in html


@pytest.mark.parametrize(
    ("written", "dialled"), [("081 00 00 00", "081000000"), ("+32 (0)81/00.00", "+320810000"), ("", "")]
)
def test_a_number_to_call_at_once_is_dialled_by_one_touch(component, written, dialled):
    html = component("phone", number=written)
    assert f'href="tel:{dialled}"' in html
    assert f">{written}</a>" in html


def test_a_case_is_told_by_whom_it_is_about_then_by_its_reference(component):
    case = SimpleNamespace(reference="2026-0001", followed=SimpleNamespace(full_name="Nora Lien"))
    html = component("case_link", case=case, url="/d/")
    assert '<a href="/d/">Nora Lien</a>' in html
    assert html.index("Nora Lien") < html.index("2026-0001")


def test_a_case_of_nobody_known_is_told_by_its_reference(component):
    html = component("case_link", case=SimpleNamespace(reference="2026-0001", followed=None), url="/d/")
    assert '<a href="/d/">2026-0001</a>' in html


def test_the_safe_contact_warning_comes_before_the_name(component):
    html = component("person_line", name="Ada", role="personne suivie", warning="Ne pas appeler le soir")
    assert html.index("Ne pas appeler le soir") < html.index("Ada")
    assert "personne suivie" in html


def test_a_person_without_warning_shows_none(component):
    assert "person-warning" not in component("person_line", name="Ada")


def test_a_timeline_item_says_when_who_and_what(component):
    html = component(
        "timeline_item",
        at=timezone.now(), kind="Entretien", icon_name="message-square-text", title="Appel", who="Bruno",
        text="Elle dit que…", url="/x/", level_known=True, level=3, level_label="élevée",
    )  # fmt: skip
    assert all(part in html for part in ("Entretien", "Bruno", 'href="/x/"', "3 · élevée", "Elle dit que…"))


def test_an_empty_state_offers_the_first_action(component):
    html = component(
        "empty_state", text="Aucun dossier.", action_url="/ouvrir/", action_label="Ouvrir un dossier"
    )
    assert 'href="/ouvrir/"' in html


@pytest.mark.parametrize("kind", ["info", "attention", "held", "done", "danger"])
def test_a_banner_says_who_must_do_what_by_when(component, kind):
    html = component(
        "banner", kind=kind, title="En attente", text="À décider", what="décision",
        due=timezone.now() + timedelta(days=3, hours=1), action_url="/d/", action_label="Décider",
    )  # fmt: skip
    assert f"banner-{kind}" in html
    assert "dans 3 jours" in html
    assert 'href="/d/"' in html


def test_an_envelope_tells_what_leaves_what_stays_and_on_which_basis(component):
    html = component(
        "envelope",
        recipient="Service B", article="5 §1", purpose="protection", police_note=True,
        categories=[{"label": "Identité", "text": "Ada"}, {"label": "Criticité"}],
        left_out=["Récit", "Documents"], basis=["art. 458ter"],
    )  # fmt: skip
    assert "Article 5 §1" in html
    assert "<strong>Identité</strong> : Ada" in html.replace("\xa0", " ").replace(" ", " ")
    assert "Récit, Documents" in html
    assert "art. 458ter" in html
    assert "procès-verbal" in html


def test_an_envelope_to_somebody_else_than_the_police_is_silent_on_reports(component):
    html = component("envelope", recipient="B", article="5", categories=[])
    assert "procès-verbal" not in html


def test_why_discloses_sentences_and_then_codes(component):
    html = component("why", sentences=["Parce que."], codes=["M3"], about="criticité 3")
    assert html.startswith("<details")
    assert html.index("Parce que.") < html.index("M3")


def test_pages_keep_the_other_parameters_of_the_address():
    from django.template import engines

    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    template = engines["django"].from_string('{% include "components/pagination.html" with page=page only %}')
    html = template.render({"page": Paginator(range(50), 20).page(2)}, request)
    assert "q=a%26b&amp;page=1" in html
    assert "Page 2 sur 3" in html


class OpenForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme la personne se présente.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="D’accord")
    how = forms.ChoiceField(label="Comment", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="Genre", choices=[("a", "A")])


def test_a_form_gives_each_field_label_hint_and_error(component):
    html = component("form_fields", form=OpenForm({}))
    assert '<label class="form-label" for="id_name">Nom</label>' in html
    assert "Comme la personne se présente." in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "(facultatif)" in html
    assert 'class="form-select"' in html
    assert "<legend>Comment" in html
    assert html.count("form-check-input") == 3


def test_a_form_given_whole_looks_the_same():
    assert "form-control" in str(OpenForm())


def test_the_error_summary_leads_to_each_field(component):
    html = component("error_summary", form=OpenForm({}))
    assert 'href="#id_name"' in html
    assert 'href="#id_how_0"' in html
    assert 'id="id_how_0"' in str(OpenForm({}))
    assert "Nom :" in html.replace("\xa0", " ").replace("\u202f", " ")


def test_no_error_summary_on_a_form_not_yet_sent(component):
    assert component("error_summary", form=OpenForm()).strip() == ""


def test_an_answer_line_keeps_what_was_chosen(component):
    html = component(
        "answer", name="A1", code="A1", label="Contrôle",
        choices=[("yes", "oui"), ("unknown", "ne sait pas")], value="unknown", gloss="En clair",
        effect="établit la domination",
    )  # fmt: skip
    assert 'value="unknown" checked' in html
    assert html.count("checked") == 1
    assert "établit la domination" in html


@pytest.mark.parametrize("page", ["400", "403", "404", "500", "csrf", "no_key"])
def test_every_error_page_says_what_to_do_and_whom_to_call(page):
    html = render_to_string(f"errors/{page}.html")
    assert "<title>Espace de travail</title>" in html
    assert "112 ou 101" in html
    assert "0800" in html
    assert 'href="/"' in html


class Chosen(forms.Form):
    day = forms.DateField(required=False)


@pytest.mark.parametrize(
    ("given", "is_open"), [({}, False), ({"day": "2026-11-30"}, True), ({"day": "no day"}, True)], ids=str
)
def test_a_filter_is_folded_until_something_is_chosen_or_wrong(component, given, is_open):
    form = Chosen(given)
    html = component("filter", form=form, columns="", is_filtered=form.changed_data, clear_url="/all/")
    assert ('<details class="why filter" open>' in html) == is_open
    assert ("/all/" in html) == bool(given)
    assert 'name="day"' in html
