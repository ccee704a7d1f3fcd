"""Forgetting the wall fails `manage.py check`."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from pole.tenancy.checks import every_table_has_its_place
from pole.tenancy.walls import SameService, Walled


def errors_of(monkeypatch: pytest.MonkeyPatch, *made: type[models.Model]) -> dict[str, str]:
    """The check's errors when these are our models."""
    monkeypatch.setattr(apps, "get_models", lambda *a, **k: list(made))
    return {error.id: error.msg for error in every_table_has_its_place()}


def test_the_house_as_it_stands_passes():
    assert [error for error in run_checks() if error.id.startswith("pole.")] == []


@isolate_apps("cases")
def test_a_table_without_a_wall_is_refused(monkeypatch):
    class Bare(models.Model):
        class Meta:
            app_label = "cases"

        def __str__(self) -> str:
            return "bare"

    Bare.__module__ = "cases.models.bare"

    errors = errors_of(monkeypatch, Bare)
    assert set(errors) == {"pole.E001"}
    assert "cases.Bare" in errors["pole.E001"]


@isolate_apps("cases", "pole.tenancy")
def test_a_key_to_a_walled_table_without_its_service_is_refused(monkeypatch):
    class Named(models.Model):
        class Meta:
            abstract = True

        def __str__(self) -> str:
            return "a row"

    class Service(Named):
        class Meta:
            app_label = "tenancy"

    class Whole(Named):
        service = models.ForeignKey(Service, on_delete=models.PROTECT)

        class Meta:
            app_label = "cases"
            constraints = [Walled(by="service")]

    class Part(Named):
        service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
        whole = models.ForeignKey(Whole, on_delete=models.CASCADE)

        class Meta:
            app_label = "cases"
            constraints = [Walled(by="service")]

    Whole.__module__ = Part.__module__ = "cases.models.parts"

    errors = errors_of(monkeypatch, Whole, Part)
    assert set(errors) == {"pole.E002"}
    assert "cases.Part.whole" in errors["pole.E002"]

    Part._meta.constraints.append(SameService("whole"))
    assert errors_of(monkeypatch, Whole, Part) == {}
