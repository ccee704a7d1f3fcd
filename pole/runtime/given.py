"""A database or a broker that somebody else runs: used as given, never started, stopped or changed."""

import psycopg
import redis

from pole.runtime.installations import OLDEST_POSTGRES
from pole.runtime.postgres import Role
from pole.runtime.problems import MissingPrerequisite


class GivenDatabase:
    """The database of DATABASE_URL; its roles were made with `roles.sql` by whoever runs it."""

    running = True

    def __init__(self, app_url: str, owner_url: str) -> None:
        self.app_url = app_url
        self.owner_url = owner_url

    def start(self) -> None:
        """See that it answers to both roles and is recent enough.

        Raises:
            MissingPrerequisite: it is not, or an address is missing; says which.
        """
        for variable, address in (("DATABASE_URL", self.app_url), ("DATABASE_OWNER_URL", self.owner_url)):
            if not address:
                raise MissingPrerequisite(
                    f"{variable} is missing: a given database needs one for each of its two roles."
                )
            try:
                with psycopg.connect(address, connect_timeout=5) as connection:
                    major = connection.info.server_version // 10000
            except psycopg.OperationalError as refused:
                raise MissingPrerequisite(f"The database of {variable} does not answer: {refused}") from None
            if major < OLDEST_POSTGRES:
                raise MissingPrerequisite(
                    f"PostgreSQL {major} is too old: {OLDEST_POSTGRES} or newer is needed."
                )

    def url(self, role: Role, database: str) -> str:
        return self.owner_url if role == "pole_owner" else self.app_url

    def stop(self) -> None:
        """Not ours to stop."""


class GivenBroker:
    """The broker of REDIS_URL."""

    running = True

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        """See that it answers.

        Raises:
            MissingPrerequisite: it does not, or there is no address.
        """
        if not self.url:
            raise MissingPrerequisite("REDIS_URL is missing: set it, or let `make install` bring a broker.")
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=5, socket_timeout=5) as client:
                client.ping()
        except redis.RedisError as refused:
            raise MissingPrerequisite(f"The broker of REDIS_URL does not answer: {refused}") from None

    def stop(self) -> None:
        """Not ours to stop."""
