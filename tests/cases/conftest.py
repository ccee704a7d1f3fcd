"""A variable that no view gave fails the test of a page."""

from tests.ui.conftest import undefined_variables_fail

__all__ = ["undefined_variables_fail"]
