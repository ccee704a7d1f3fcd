"""The product's settings, with one page more: to try the frame's scripts on."""

# ruff: noqa: F403, F405 - settings that build on others are made this way
from pole.settings import *

ROOT_URLCONF = "tests.ui.trial.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests/ui/trial/templates"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow by design
