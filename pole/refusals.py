"""Rules that say no: each a class of its own, with the sentence its reader sees."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.forms import BaseForm


class Refused(Exception):
    """A service did nothing. `str()` is for the screen; `field` is the form's, or None for the whole."""

    message: str | Promise = _("This can't be done.")
    field: str | None = None

    def __str__(self) -> str:
        return str(self.message)


def attempt(form: "BaseForm", act: Callable[[], object]) -> bool:
    """Do it if the form is valid; a refusal goes to the form, beside the field it is about."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    return True
