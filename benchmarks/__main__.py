"""`make bench`: run every measurement and print it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
django.setup()

from benchmarks import engines, explanation, pure, rereading, simulation, wall  # noqa: E402 - applications first

pure.run()
engines.run()
simulation.run()
wall.run()
explanation.run()
rereading.run()
