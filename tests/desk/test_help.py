"""Help: the steps a reader's rights allow, and whom to ask in one's own service."""

import pytest
from django.urls import reverse

from tests.cast import signed_in

pytestmark = pytest.mark.django_db

STEPS = {
    "open": "cases:open",
    "answer": "alerts:received",
    "held": "alerts:held",
    "advice": "alerts:advice_ask",
    "rota": "desk:duty",
    "protocol": "protocols:list",
    "register": "desk:register",
    "journal": "desk:journal",
}


def steps_of(page: str, slug: str) -> set[str]:
    """Which of the steps the page's list of them leads to."""
    shown = page[page.index('class="help-steps"') : page.index("</ol>")]
    return {step for step, view in STEPS.items() if f'href="{reverse(view, args=[slug])}"' in shown}


@pytest.mark.parametrize(
    ("who", "steps"),
    [
        ("ana", {"open", "answer", "advice"}),
        ("carla", {"open", "answer", "advice"}),
        ("rita", {"open", "answer", "advice", "held", "protocol", "register"}),
        ("cleo", {"answer", "rota", "protocol"}),
        ("denis", {"open", "answer", "advice", "held", "rota", "protocol", "register", "journal"}),
        ("olga", {"register", "journal"}),
    ],
)
def test_the_steps_are_those_of_the_reader(cast, client, who, steps):
    user = getattr(cast, who)
    slug = cast.actor(user).service_slug
    signed_in(client, user)
    page = client.get(reverse("desk:help", args=[slug])).content.decode()
    assert steps_of(page, slug) == steps
    for step in steps:
        assert client.get(reverse(STEPS[step], args=[slug])).status_code == 200


def test_whom_to_ask_are_those_who_answer_for_the_service(cast, client):
    page = signed_in(client, cast.ana).get(reverse("desk:help", args=[cast.victims.slug])).content.decode()
    assert "Rita" in page
    assert "Denis" in page
    for name in ("Eli", "Bruno", "Remy", "Dina"):
        assert f">{name} " not in page


def test_who_answers_alone_is_given_the_number(cast, client):
    cast.rita.memberships.update(role="practitioner")
    page = signed_in(client, cast.denis).get(reverse("desk:help", args=[cast.victims.slug])).content.decode()
    assert "Personne d’autre ne répond pour le service." in page
    assert cast.victims.urgent_phone in page


def test_a_stranger_finds_no_help_here(cast, client):
    signed_in(client, cast.dora)
    assert client.get(reverse("desk:help", args=[cast.victims.slug])).status_code == 404
