"""`manage.py second_factor reset`: for somebody who lost telephone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pole.accounts.models import User
from pole.startup import assert_fit_to_serve
from pole.tenancy.founding import reset_second_factor


class Command(BaseCommand):
    help = "Forget somebody's password and second factor. Ask the direction of their service first: it knows the voice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        reset = parser.add_subparsers(dest="act", required=True).add_parser(
            "reset", help="so that they start anew"
        )
        reset.add_argument("email", help="the address they sign in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        assert_fit_to_serve()
        try:
            user = reset_second_factor(email=email)
        except User.DoesNotExist as error:
            raise CommandError("No account has this address.") from error
        self.stdout.write(
            f"{user.name} was signed out everywhere, asks for a password with “Mot de passe oublié”, and"
        )
        self.stdout.write("sets up a second factor. The journal of each of their services says so.")
