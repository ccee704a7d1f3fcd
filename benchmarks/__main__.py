"""`make bench`: run every measurement and print it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
django.setup()

from benchmarks import board, delivery, engines, explanation, pure, rereading, wall  # noqa: E402 - applications first

pure.run()
engines.run()
wall.run()
explanation.run()
rereading.run()
board.run()
delivery.run()
