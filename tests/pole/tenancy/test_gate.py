"""The gate: whose service, which right, and a form sent twice is done once."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import factories
from cases.models import Case, Task
from pole.tenancy.context import inside, tenant
from pole.tenancy.factories import person, service
from pole.tenancy.models import Membership, Receipt
from pole.tenancy.permissions import Role
from tests.cast import Cast, posting, signed_in


def tasks_of(case: Case) -> list[str]:
    with inside(case.service):
        return sorted(task.text for task in Task.objects.filter(case=case))


def url_of(case: Case) -> str:
    return reverse("cases:task", args=[case.service.slug, case.pk])


@pytest.fixture
def case(cast: Cast) -> Case:
    with tenant(cast.victims.pk):
        return factories.case(cast.victims, team=[cast.ana])


@pytest.mark.django_db
class TestWhoMayEnter:
    def test_a_stranger_meets_the_same_page_as_at_an_address_that_is_nobodys(self, client, cast: Cast, case):
        signed_in(client, cast.dora)
        theirs = client.get(url_of(case))
        nobodys = client.get(url_of(case).replace("maison-claire", "maison-obscure"))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.content == nobodys.content

    def test_the_address_is_taken_to_the_letter(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        assert client.get(url_of(case)).status_code == 200
        assert client.get(url_of(case).replace("maison-claire", "Maison-Claire")).status_code == 404

    @pytest.mark.parametrize(
        ("starts", "ends", "status"),
        [
            pytest.param(0, None, 200, id="from today"),
            pytest.param(1, None, 404, id="from tomorrow"),
            pytest.param(-9, 1, 200, id="until tomorrow"),
            pytest.param(-9, 0, 404, id="today is the first day without access"),
        ],
    )
    def test_a_membership_counts_from_a_day_to_a_day(self, client, cast: Cast, case, starts, ends, status):
        today = timezone.localdate()
        Membership.objects.filter(user=cast.ana).update(
            starts_on=today + timezone.timedelta(days=starts),
            ends_on=None if ends is None else today + timezone.timedelta(days=ends),
        )
        assert signed_in(client, cast.ana).get(url_of(case)).status_code == status

    def test_a_closed_service_and_a_closed_account_open_nothing(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        cast.ana.is_active = False
        cast.ana.save()
        assert client.get(url_of(case)).headers["Location"].startswith(reverse("account_login"))
        cast.ana.is_active = True
        cast.ana.save()
        cast.victims.is_active = False
        cast.victims.save()
        assert signed_in(client, cast.ana).get(url_of(case)).status_code == 404

    def test_a_right_that_lacks_is_said_so(self, client, cast: Cast, case):
        assert signed_in(client, cast.olga).get(url_of(case)).status_code == 403

    def test_two_services_of_one_person_are_told_apart_by_the_address(self, client, cast: Cast, case):
        Membership.objects.create(user=cast.ana, service=cast.programme, role=Role.PRACTITIONER)
        signed_in(client, cast.ana)
        with tenant(cast.programme.pk):
            other = factories.case(cast.programme, team=[cast.ana])
        assert client.get(url_of(case)).status_code == client.get(url_of(other)).status_code == 200
        crossed = reverse("cases:task", args=["maison-claire", other.pk])
        assert client.get(crossed).status_code == 404

    def test_the_space_is_left_after_the_page(self, client, cast: Cast, case):
        with connection.cursor() as cursor:
            signed_in(client, cast.ana).get(url_of(case))
            cursor.execute("SELECT coalesce(current_setting('pole.service_id', true), '')")
            assert cursor.fetchone() == ("",)


@pytest.mark.django_db
class TestTwiceSentIsOnceDone:
    def test_the_second_sending_leads_where_the_first_did(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        form = posting(text="Rappeler Nora.")
        first, second = client.post(url_of(case), form), client.post(url_of(case), form)
        assert first.status_code == second.status_code == 302
        assert first.headers["Location"] == second.headers["Location"]
        assert tasks_of(case) == ["Rappeler Nora."]

    def test_another_key_is_another_act(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        for _ in range(2):
            client.post(url_of(case), posting(text="Rappeler."))
        assert tasks_of(case) == ["Rappeler.", "Rappeler."]

    @pytest.mark.parametrize("key", [None, "", "not-a-key"])
    def test_without_a_key_nothing_is_done_and_the_page_says_why(self, client, cast: Cast, case, key):
        signed_in(client, cast.ana)
        form = {"text": "Rappeler."} | ({} if key is None else {"idempotency_key": key})
        assert client.post(url_of(case), form).status_code == 400
        assert tasks_of(case) == []

    def test_the_header_serves_as_well(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        key = {"Idempotency-Key": str(uuid4())}
        for _ in range(2):
            assert client.post(url_of(case), {"text": "Rappeler."}, headers=key).status_code == 302
        assert tasks_of(case) == ["Rappeler."]

    def test_after_an_error_the_corrected_form_comes_with_the_same_key(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        form = posting(text="")
        assert client.post(url_of(case), form).status_code == 422
        assert client.post(url_of(case), form | {"text": "Rappeler."}).status_code == 302
        assert tasks_of(case) == ["Rappeler."]

    def test_what_was_refused_may_be_sent_again_as_it_was(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        form = posting(text="Rappeler.")
        with tenant(cast.victims.pk):
            Case.objects.update(closed_on=timezone.localdate())
        assert client.post(url_of(case), form).status_code == 422
        with tenant(cast.victims.pk):
            Case.objects.update(closed_on=None)
        assert client.post(url_of(case), form).status_code == 302
        assert tasks_of(case) == ["Rappeler."]

    def test_a_refusal_leaves_no_receipt(self, client, cast: Cast, case):
        signed_in(client, cast.eli)  # not in the team: 404 inside the gate
        assert client.post(url_of(case), posting(text="Rappeler.")).status_code == 404
        with tenant(cast.victims.pk):
            assert not Receipt.objects.exists()

    def test_somebody_elses_key_is_no_key_of_mine(self, client, cast: Cast, case):
        form = posting(text="Rappeler.")
        signed_in(client, cast.ana).post(url_of(case), form)
        with tenant(cast.victims.pk):
            factories.assign_perm("work_on_case", cast.eli, case)
        signed_in(client, cast.eli).post(url_of(case), form)
        assert tasks_of(case) == ["Rappeler.", "Rappeler."]

    def test_a_key_used_at_one_address_does_not_swallow_what_is_sent_to_another(
        self, client, cast: Cast, case
    ):
        signed_in(client, cast.ana)
        with tenant(cast.victims.pk):
            other = factories.case(cast.victims, team=[cast.ana])
        form = posting(text="Rappeler.")
        client.post(url_of(case), form)
        client.post(url_of(other), form)
        assert (tasks_of(case), tasks_of(other)) == (["Rappeler."], ["Rappeler."])

    def test_other_words_under_the_same_key_are_not_lost(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        form = posting(text="Rappeler.")
        client.post(url_of(case), form)
        client.post(url_of(case), form | {"text": "Rappeler lundi."})
        assert tasks_of(case) == ["Rappeler lundi.", "Rappeler."]

    def test_a_new_form_token_does_not_make_it_another_act(self, client, cast: Cast, case):
        signed_in(client, cast.ana)
        form = posting(text="Rappeler.")
        for token in ("one", "two"):
            client.post(url_of(case), form | {"csrfmiddlewaretoken": token})
        assert tasks_of(case) == ["Rappeler."]


def test_two_sendings_at_once_are_one_act(committed: str):
    here = service("ici")
    ana = person("Ana", at=here)
    with inside(here):
        case = factories.case(here, team=[ana])
    clients = [signed_in(Client(), ana) for _ in range(2)]
    for number in range(5):
        form, met, ended = posting(text=f"Rappeler {number}."), Barrier(2), []

        def send(client: Client, form=form, met=met, ended=ended) -> None:
            met.wait()
            ended.append(client.post(url_of(case), form))
            connection.close()

        threads = [Thread(target=send, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [response.status_code for response in ended] == [302, 302]
        assert len({response.headers["Location"] for response in ended}) == 1
    with transaction.atomic():
        assert tasks_of(case) == [f"Rappeler {number}." for number in range(5)]
