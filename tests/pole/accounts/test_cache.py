"""What sign-in keeps in the cache, and what somebody who can write to its table gets from it."""

import base64
import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.cast import Cast


class Runs:
    """Unpickled by Django's own cache, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def plant(key: str, value: object) -> None:
    """As the application's role may, with an injection or its password alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pole_cache (cache_key, value, expires) VALUES (%s, %s, %s)",
            [
                cache.make_key(key),
                base64.b64encode(pickle.dumps(value)).decode(),
                timezone.now() + timedelta(hours=1),
            ],
        )


def test_a_row_planted_in_the_cache_runs_nothing(cast: Cast, tmp_path: Path) -> None:
    made = tmp_path / "made"
    plant("rl", Runs(made))
    cache.set("of-a-stranger", [1.5, 2.5], 60)

    with pytest.raises(pickle.UnpicklingError, match="nobody here puts there"):
        cache.get("rl")

    assert not made.exists()
    assert cache.get("of-a-stranger") == [1.5, 2.5]


def test_what_is_kept_is_read_as_it_was_until_it_expires(cast: Cast) -> None:
    cache.set_many({"history": [1.5, 2.5], "used": "y", "nested": {"a": [1, None, True]}}, 60)
    cache.set("gone", "y", -1)

    assert cache.get_many(["history", "used", "nested", "gone", "never"]) == {
        "history": [1.5, 2.5],
        "used": "y",
        "nested": {"a": [1, None, True]},
    }
    assert cache.get_many([]) == {}
    assert not cache.add("used", "n", 60)
    assert cache.add("gone", "again", 60)
    assert cache.get("gone") == "again"


def test_a_used_code_is_not_forgotten_because_many_others_try(cast: Cast) -> None:
    cache.set("a-used-code", "y", 60)

    for number in range(310):
        cache.set(f"stranger-{number}", [1.0], 60)

    assert cache.get("a-used-code") == "y"
