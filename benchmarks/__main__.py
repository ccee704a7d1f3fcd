"""`make bench`: run every measurement and print it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
django.setup()

from benchmarks import (  # noqa: E402 - applications first
    board,
    delivery,
    engines,
    explanation,
    pure,
    rereading,
    simulation,
    wall,
)

pure.run()
engines.run()
simulation.run()
wall.run()
explanation.run()
rereading.run()
board.run()
delivery.run()
