"""Results in templates: `{% load readings %}`, then `result|explained` for `assessment/_result.html`."""

from django import template

from assessment.explaining import Explanation, explained_reading
from assessment.explaining import explained as explained_result
from assessment.models import Reading
from assessment.result import Result

register = template.Library()


@register.filter
def explained(read: Result | Reading) -> Explanation:
    """A result just computed, or a finalised reading as it was computed on its day."""
    return explained_reading(read) if isinstance(read, Reading) else explained_result(read)
