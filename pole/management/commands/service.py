"""`manage.py service add`: the first day of a service, and of whoever directs it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from pole.startup import assert_fit_to_serve
from pole.tenancy.founding import found_service
from pole.tenancy.models import Service, ServiceKind


class Command(BaseCommand):
    help = "Add a service and its direction, who adds everybody else on its screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_subparsers(dest="act", required=True).add_parser("add", help="a new one")
        add.add_argument("slug", help="stands in addresses: neutral, says nothing of the trade")
        add.add_argument("--name", required=True)
        add.add_argument("--kind", required=True, choices=ServiceKind.values)
        add.add_argument("--duty-email", required=True, help="where alerts are announced, day after day")
        add.add_argument(
            "--urgent-phone", required=True, help="the number a partner calls when nobody answers"
        )
        add.add_argument("--round-the-clock", action="store_true", help="somebody is there day and night")
        add.add_argument(
            "--direction-email", required=True, help="of whoever directs it; they sign in with it"
        )
        add.add_argument("--direction-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        assert_fit_to_serve()
        fields = ("slug", "name", "kind", "duty_email", "urgent_phone", "round_the_clock")
        service = Service(**{name: options[name] for name in fields})
        try:
            found_service(
                service=service,
                direction_email=options["direction_email"],
                direction_name=options["direction_name"],
            )
        except ValidationError as error:
            said = [f"{field}: {' '.join(why)}" for field, why in error.message_dict.items()]
            raise CommandError("; ".join(said)) from error
        self.stdout.write(f"{service.name} is at /s/{service.slug}/. {options['direction_name']} asks for a")
        self.stdout.write("password with “Mot de passe oublié”, then sets up the second factor.")
