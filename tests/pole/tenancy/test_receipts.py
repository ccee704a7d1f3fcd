"""Receipts end, so that autosaving all day does not fill the database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Receipt
from pole.tenancy.receipts import KEPT, forget_receipts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_old_receipts_are_forgotten_in_every_service_and_recent_ones_kept(cast: Cast):
    for service, user in ((cast.victims, cast.ana), (cast.police, cast.carla)):
        with inside(service):
            for age in (KEPT + timedelta(minutes=1), KEPT - timedelta(minutes=1)):
                Receipt.objects.create(service=service, user=user, key=uuid4(), at=database_now() - age)

    assert forget_receipts() == 2
    for service in (cast.victims, cast.police):
        with inside(service):
            assert Receipt.objects.count() == 1
