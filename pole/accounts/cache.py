"""The cache of sign-in, which holds words and numbers and no code.

Django's own unpickles whatever stands in its table: a row written there by somebody who found a way to the
database's tables would be run by the web process, which holds the master key. Here it is refused.
"""

import base64
import io
import pickle
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils.timezone import now


class _Plain(pickle.Unpickler):
    """Texts, numbers, lists and mappings: whatever names a class or a function is refused."""

    def find_class(self, module: str, name: str, /) -> Any:
        """Raises:
        pickle.UnpicklingError: always; nothing that we keep asks for one.
        """
        raise pickle.UnpicklingError(f"the cache holds {module}.{name}, which nobody here puts there")


class PlainCache(DatabaseCache):
    """The database's cache, read by `_Plain`. What is no plain value can be put in and not taken out."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Those that are there and not expired."""
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        connection = connections[router.db_for_read(self.cache_model_class)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT cache_key, value FROM {connection.ops.quote_name(self.cache_model_class._meta.db_table)}"  # noqa: S608 - the table's name is a setting
                " WHERE cache_key = ANY(%s) AND expires >= %s",
                [list(asked), now()],
            )
            return {asked[key]: _read(value) for key, value in cursor.fetchall()}


def _read(value: str) -> Any:
    return _Plain(io.BytesIO(base64.b64decode(value))).load()
