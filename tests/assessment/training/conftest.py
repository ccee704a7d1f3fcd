"""An exercise that the coordination organises for two services, and one that it did not invite."""

from uuid import UUID

import pytest

from assessment.training.factories import exercise
from tests.cast import Cast
from tests.ui.conftest import undefined_variables_fail

__all__ = ["undefined_variables_fail"]

VIGNETTES = [
    "la-balise",
    "le-coup-de-poele",
    "le-cours-du-soir",
    "les-comptes-du-dimanche",
    "apres-la-seance",
]


@pytest.fixture
def opened(cast: Cast) -> UUID:
    """Not for the police, and not for Dora's service."""
    return exercise(cast.actor(cast.cleo), cast.victims, cast.programme, vignettes=VIGNETTES)
