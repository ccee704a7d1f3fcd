"""Platform tables: the short list of tables without a wall, the rights on each, and why.

Everything else the application reads is walled by its model (`pole.tenancy.walls`). Granted after migrations,
in this one step; a table in neither place is one the application cannot touch.
"""

from typing import Any

from django.db import connections

from pole.tenancy.walls import APP_ROLE

READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"

PLATFORM_TABLES: dict[str, tuple[str, str]] = {
    "accounts_user": ("SELECT, INSERT, UPDATE", "people sign in before they enter a service"),
    "account_emailaddress": (WRITE, "allauth's record of the sign-in address"),
    "account_emailconfirmation": (WRITE, "allauth clears it with the address"),
    "mfa_authenticator": (WRITE, "second factors belong to the person, not to a service"),
    "django_session": (WRITE, "sessions exist before a service is entered"),
    "pole_cache": (WRITE, "rate limits and used codes of sign-in"),
    "django_content_type": (READ, "names of models, for guardian's permissions"),
    "auth_permission": (READ, "names of permissions, for guardian's permissions"),
    "django_migrations": (READ, "health tells whether migrations are missing"),
    "tenancy_service": (
        "SELECT, INSERT, UPDATE",
        "names and public contact points: how services find each other",
    ),
    "tenancy_membership": ("SELECT, INSERT, UPDATE", "says which spaces a person may enter"),
    "crypto_servicekey": (WRITE, "wrapped data keys; useless without the master key"),
    "protocols_exchangekey": (
        "SELECT, INSERT",
        "wrapped keys of exchanges, one per reader; without one, what was told can't be proved: the owner deletes",
    ),
    "assessment_gridversion": ("SELECT, INSERT", "texts of grids, the same for every service; no person"),
    "protocols_protocolversion": ("SELECT, INSERT", "signed texts, the same for every party; no person"),
    "protocols_party": (
        "SELECT, INSERT",
        "which service is which party of a signed text: another in its place would be told instead",
    ),
    "protocols_protocoldraft": (
        "SELECT, INSERT, UPDATE",
        "texts in work; read by the services asked to sign; no person",
    ),
    "protocols_draftparty": (WRITE, "which service would be which party of a text in work"),
    "protocols_draftrevision": ("SELECT, INSERT", "the saves of such texts; who saved, and no case"),
    "protocols_signingkey": ("SELECT, INSERT", "public keys, and private ones sealed by their service's key"),
    "protocols_signature": ("SELECT, INSERT", "who signed which text for which party; no person followed"),
    "protocols_decline": ("SELECT, INSERT", "who did not sign, and why; no person followed"),
    "protocols_lifeevent": (
        "SELECT, INSERT",
        "which service suspended or left which text, and when; no person followed",
    ),
    "alerts_breach": (
        "SELECT, INSERT, UPDATE",
        "what a check found lost, for the operator: ids and times; no person",
    ),
    "alerts_channeluse": (
        WRITE,
        "which channels a service uses beside e-mail; whoever decides an alert owes them their rows",
    ),
    "alerts_mailreport": (
        "SELECT, INSERT",
        "what became of the outbox's e-mails: ids, codes, times; read before anybody's space is entered",
    ),
    "alerts_publishedcounts": (
        "SELECT, INSERT",
        "counts that a service shows the other parties of a text in work; no person, no case, none below five",
    ),
    "alerts_mailtally": ("SELECT, INSERT, UPDATE", "how many mails came back a day; numbers alone"),
    "alerts_owed": (
        WRITE,
        "the outbox: ids, kind, due, lease, attempts; tells the worker whose space to enter",
    ),
}


def grant_platform_tables(using: str, **kwargs: Any) -> None:
    """Lay the grants above, on the tables that exist by now. Identity columns need none of their own."""
    with connections[using].cursor() as cursor:
        existing = set(connections[using].introspection.table_names(cursor))
        for table in PLATFORM_TABLES.keys() & existing:
            cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP_ROLE}')
            cursor.execute(f'GRANT {PLATFORM_TABLES[table][0]} ON "{table}" TO {APP_ROLE}')
