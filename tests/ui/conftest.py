"""Templates under test: a variable that nobody gave is a failure, not a blank."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string


class Undefined(str):
    """What Django puts in place of an unknown variable: asking for it raises."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: Any) -> str:
        raise AssertionError(f"the template uses {variable}, which nobody gave")


@pytest.fixture(autouse=True)
def undefined_variables_fail() -> Iterator[None]:
    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, Undefined("%s")
    yield
    engine.string_if_invalid = before


@pytest.fixture
def component() -> Callable[..., str]:
    """Renders one component with nothing but its inputs."""

    def render(name: str, /, **inputs: Any) -> str:
        return " ".join(render_to_string(f"components/{name}.html", inputs).split())

    return render
