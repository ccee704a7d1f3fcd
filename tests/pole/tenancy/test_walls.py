import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_suite_is_the_application_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("pole_app",)
