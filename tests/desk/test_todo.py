"""What somebody has to do: in which order, asked of the database or laid together from several services."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import factories as cases
from desk.todo import SOON, place_of, tasks_of
from pole.tenancy.context import inside
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_tasks_at_hand_are_ordered_as_the_query_orders_them(cast: Cast):
    now = timezone.now()
    in_order = [
        ("urgent and late", {"is_urgent": True, "due_at": now - timedelta(days=1)}),
        ("urgent, some day", {"is_urgent": True}),
        ("late", {"due_at": now - timedelta(hours=1), "created_at": now}),
        ("today, the older", {"due_at": now, "created_at": now - timedelta(days=2)}),
        ("today, the newer", {"due_at": now, "created_at": now - timedelta(days=1)}),
        ("some day, the older", {"created_at": now - timedelta(days=9)}),
        ("some day, the newer", {"created_at": now - timedelta(days=8)}),
    ]
    with inside(cast.programme):
        case = cases.case(cast.programme, team=[cast.bruno])
        for text, fields in reversed(in_order):
            cases.task(case, cast.programme, text=text, **fields)
        found = list(tasks_of(cast.actor(cast.bruno), until=now + SOON))
        assert [task.text for task in found] == [text for text, _ in in_order]
        assert sorted(found[1::2] + found[::2], key=place_of) == found
