"""The direction says who works here; everybody knows how the service is reached."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pole.accounts.models import User
from pole.tenancy import members
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from pole.tenancy.factories import person
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role
from tests.cast import posting, signed_in
from tests.pole.accounts.first_day import new_password_by_mail, sign_in_and_set_up

pytestmark = pytest.mark.django_db


def url(cast, name, *args):
    return reverse(f"desk:{name}", args=[cast.victims.slug, *args])


def place(user, service):
    return Membership.objects.get(user=user, service=service)


def test_everybody_sees_their_colleagues_and_the_number_to_call(cast, client):
    page = signed_in(client, cast.ana).get(url(cast, "service")).content.decode()
    assert "Rita" in page
    assert cast.victims.urgent_phone in page
    assert "Bruno" not in page
    assert url(cast, "member_add") not in page


@pytest.mark.parametrize("name", ["member_add", "contacts"])
@pytest.mark.parametrize("who", ["ana", "rita", "olga"])
def test_only_the_direction_changes_it(cast, client, name, who):
    signed_in(client, getattr(cast, who))
    assert client.get(url(cast, name)).status_code == 403
    assert client.post(url(cast, name), posting()).status_code == 403


def test_somebody_new_gets_an_account_without_password(cast, client):
    signed_in(client, cast.denis)
    client.post(url(cast, "member_add"), posting(email="Zoe@Autre.example", name="Zoé", role="practitioner"))
    zoe = User.objects.get(email="zoe@autre.example")
    assert not zoe.has_usable_password()
    assert place(zoe, cast.victims).role == "practitioner"


def test_somebody_new_chooses_a_password_sets_up_a_second_factor_and_comes_in(cast, client):
    signed_in(client, cast.denis)
    client.post(url(cast, "member_add"), posting(email="zoe@autre.example", name="Zoé", role="practitioner"))
    new_password_by_mail("zoe@autre.example")
    zoe = sign_in_and_set_up("zoe@autre.example")

    assert zoe.get(url(cast, "dashboard")).status_code == 200
    assert zoe.get(reverse("desk:dashboard", args=[cast.police.slug])).status_code == 404


def test_somebody_who_works_elsewhere_is_added_without_a_word_about_it(cast, client):
    signed_in(client, cast.denis)
    sent = posting(email=cast.dora.email, name="Quelqu’un", role="referent")
    new = posting(email="neuf@autre.example", name="Neuf", role="referent")
    said = {
        str(client.post(url(cast, "member_add"), data, follow=True).context["messages"]._loaded_data)
        for data in (sent, new)
    }
    assert len(said) == 1
    cast.dora.refresh_from_db()
    assert cast.dora.name == "Dora"
    assert cast.dora.memberships.count() == 2


def test_a_colleague_is_not_added_twice_but_comes_back(cast, client):
    signed_in(client, cast.denis)
    sent = {"email": cast.ana.email, "name": "Ana", "role": "referent"}
    refused = client.post(url(cast, "member_add"), posting(**sent))
    assert refused.status_code == 422
    assert "travaille déjà ici" in refused.content.decode()
    Membership.objects.filter(user=cast.ana).update(ends_on=timezone.localdate())
    assert client.post(url(cast, "member_add"), posting(**sent)).status_code == 302
    assert place(cast.ana, cast.victims).role == "referent"
    assert place(cast.ana, cast.victims).ends_on is None


def test_whoever_leaves_is_out_at_once(cast, client):
    signed_in(client, cast.denis)
    today = timezone.localdate().isoformat()
    client.post(
        url(cast, "member", place(cast.ana, cast.victims).pk), posting(role="practitioner", ends_on=today)
    )
    assert signed_in(client, cast.ana).get(url(cast, "dashboard")).status_code == 404


def test_somebody_stays_in_charge(cast, client):
    signed_in(client, cast.denis)
    response = client.post(
        url(cast, "member", place(cast.denis, cast.victims).pk), posting(role="practitioner")
    )
    assert response.status_code == 422
    assert place(cast.denis, cast.victims).role == "direction"


def test_the_members_of_another_service_are_out_of_reach(cast, client):
    bruno = place(cast.bruno, cast.programme)
    signed_in(client, cast.denis)
    assert client.post(url(cast, "member", bruno.pk), posting(role="direction")).status_code == 404
    with tenant(cast.victims.pk):
        with pytest.raises(Membership.DoesNotExist):
            members.change_member(actor=cast.actor(cast.denis), membership_id=bruno.pk, role="direction")
        with pytest.raises(RightLacking):
            members.change_member(
                actor=cast.actor(cast.ana), membership_id=place(cast.ana, cast.victims).pk, role="direction"
            )
    assert place(cast.bruno, cast.programme).role == "practitioner"


def test_the_number_to_call_is_changed_for_everybody(cast, client):
    signed_in(client, cast.denis)
    assert client.get(url(cast, "contacts")).status_code == 200
    client.post(
        url(cast, "contacts"),
        posting(name="Maison Claire", duty_email="garde@maison.example", urgent_phone="04 111 11 11"),
    )
    assert Service.objects.get(pk=cast.victims.pk).urgent_phone == "04 111 11 11"
    assert Service.objects.get(pk=cast.programme.pk).urgent_phone == "04 000 00 00"


def test_a_direction_that_ends_its_own_place_is_led_out_and_told(cast, client):
    person("Deniz", at=cast.victims, role=Role.DIRECTION)
    own = url(cast, "member", place(cast.denis, cast.victims).pk)
    signed_in(client, cast.denis)
    page = client.post(own, posting(role="direction", ends_on=timezone.localdate().isoformat()), follow=True)
    assert page.status_code == 200
    assert "C’est enregistré." in page.content.decode()
    assert client.get(url(cast, "service")).status_code == 404


@pytest.mark.parametrize("ago", [0, 1])
def test_nobody_is_added_for_days_that_are_over(cast, client, ago):
    signed_in(client, cast.denis)
    day = timezone.localdate() - timedelta(days=ago)
    refused = client.post(
        url(cast, "member_add"),
        posting(email="zoe@autre.example", name="Zoé", role="practitioner", ends_on=day.isoformat()),
    )
    assert refused.status_code == 422
    assert "n’aurait accès aucun jour" in refused.content.decode()
    assert 'value="Zoé"' in refused.content.decode()
    assert not User.objects.filter(email="zoe@autre.example").exists()
