"""The Celery application: hints and sweeps travel here, never personal data."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")

app = Celery("pole")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unfit(**kwargs: Any) -> None:
    """A worker whose database role escapes row security must not start."""
    from pole.startup import assert_fit_to_serve

    assert_fit_to_serve()
