import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders


@pytest.mark.parametrize(
    ("asset", "published"),
    [
        (
            "bootstrap/css/bootstrap.min.css",
            "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB",
        ),
        (
            "bootstrap/js/bootstrap.bundle.min.js",
            "FKyoEForCGlyvwx9Hj09JcYn3nv7wiPVlz7YYwJrWVcXK/BmnVDxM+D2scQbITxI",
        ),
    ],
)
def test_bootstrap_is_the_published_one_byte_for_byte(asset, published):
    digest = hashlib.sha384(Path(finders.find(asset)).read_bytes()).digest()
    assert base64.b64encode(digest).decode() == published


def test_dark_by_the_system_is_dark_by_choice():
    """The two blocks cannot be one in CSS; they must not drift apart."""
    tokens = Path(finders.find("pole/tokens.css")).read_text()
    by_system = tokens[tokens.index("@media screen and (prefers-color-scheme: dark)") :]
    by_choice = tokens[tokens.index(':root[data-bs-theme="dark"]') :]
    values = re.compile(r"(--[\w-]+):\s*([^;]+);")
    chosen = dict(values.findall(by_choice))
    assert chosen
    assert dict(values.findall(by_system[: by_system.index(':root[data-bs-theme="light"] {')])) == chosen


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("--ink", "--page", 7), ("--muted", "--page", 4.5), ("--muted", "--sunken", 4.5),
        ("--accent", "--surface", 4.5),
        ("--on-accent", "--accent", 4.5), ("--accent", "--accent-ground", 4.5),
        ("--field-border", "--surface", 3),
        ("--focus", "--page", 3), ("--ne-ink", "--ne-ground", 4.5), ("--l1-ink", "--l1-ground", 4.5),
        ("--l2-ink", "--l2-ground", 4.5), ("--l3-ink", "--l3-ground", 4.5), ("--l4-ink", "--l4-ground", 4.5),
        ("--l3-ink", "--surface", 4.5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colours_can_be_read(theme, ink, ground, least):
    tokens = Path(finders.find("pole/tokens.css")).read_text()
    start = 0 if theme == "light" else tokens.index(':root[data-bs-theme="dark"]')
    colour = {}
    for name, value in re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})", tokens[start:]):
        colour.setdefault(name, value)
    lighter, darker = sorted((luminance(colour[ink]), luminance(colour[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
