"""What web and worker demand before they serve."""

import base64
import binascii

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction


def assert_fit_to_serve() -> None:
    """Refuse to start without secrets, or with a role that escapes row security.

    Raises:
        ImproperlyConfigured: in one sentence that says what to set.
    """
    if settings.SECRET_KEY == "commands-on-files-only":  # noqa: S105 - the marker of a missing secret, not one
        raise ImproperlyConfigured("POLE_SECRET_KEY is missing: run `make install` or set it.")
    try:
        ok = len(base64.b64decode(settings.MASTER_KEY, validate=True)) == 32
    except binascii.Error:
        ok = False
    if not ok:
        raise ImproperlyConfigured(
            "POLE_MASTER_KEY must be 32 bytes in base64: run `make install` or set it."
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls OR EXISTS ("
            # A member of the owner is not held by policies either.
            " SELECT FROM pg_class c WHERE pg_has_role(r.oid, c.relowner, 'MEMBER') AND c.relrowsecurity)"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        role, escapes = cursor.fetchone()
    connection.close()
    if escapes:
        raise ImproperlyConfigured(
            f"The database role {role} escapes row security: set DATABASE_URL to the application's role (pole_app)."
        )
