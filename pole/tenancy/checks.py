"""Forgetting the wall fails `manage.py check`."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from pole.tenancy.grants import PLATFORM_TABLES
from pole.tenancy.walls import SameService, Walled


def wall_of(model: type[models.Model]) -> Walled | None:
    """The wall a model declares."""
    return next((rule for rule in model._meta.constraints if isinstance(rule, Walled)), None)


def walled_models() -> list[type[models.Model]]:
    """Every model that declares a wall."""
    return [model for model in apps.get_models() if wall_of(model)]


def every_table_has_its_place(**kwargs: Any) -> list[CheckMessage]:
    """Each of our tables is walled or listed as a platform table; keys between walled rows are composite."""
    errors: list[CheckMessage] = []
    for model in apps.get_models():
        if not model.__module__.startswith(
            ("pole.", "cases.", "assessment.", "protocols.", "alerts.", "desk.")
        ):
            continue
        wall = wall_of(model)
        if wall is None:
            if model._meta.db_table not in PLATFORM_TABLES:
                errors.append(
                    Error(
                        f"{model._meta.label} is neither walled nor a platform table.",
                        hint="Add Walled(by=…) to its constraints, or a line with a reason to PLATFORM_TABLES.",
                        obj=model,
                        id="pole.E001",
                    )
                )
            continue
        kept = {rule.field for rule in model._meta.constraints if isinstance(rule, SameService)}
        for field in model._meta.concrete_fields:
            target = field.related_model
            if not isinstance(target, type) or field.name in kept:
                continue
            far = wall_of(target)
            # A row that two services read may be pointed at by either: the door checks that one of them does.
            if far is None or far.also_read_by:
                continue
            errors.append(
                Error(
                    f"{model._meta.label}.{field.name} points at a walled table without SameService.",
                    hint=f'Add SameService("{field.name}") to the constraints.',
                    obj=model,
                    id="pole.E002",
                )
            )
    return errors
