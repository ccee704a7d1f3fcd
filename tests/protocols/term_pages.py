"""The pages of a draft's terms, as a browser fills them in."""

from typing import Any

from protocols.models import ProtocolDraft
from tests.alerts.screens import get
from tests.cast import Cast


def text(draft: ProtocolDraft) -> str:
    return ProtocolDraft.objects.get(pk=draft.pk).text


def browser(form: Any) -> dict[str, Any]:
    """What a browser sends back of a form that nobody touched: a delay is two inputs."""
    said: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "decompress"):
            amount, unit = field.field.widget.decompress(value)
            said |= {f"{field.html_name}_0": amount, f"{field.html_name}_1": unit}
        else:
            said[field.html_name] = value
    return {name: value for name, value in said.items() if value not in (None, False)}


def untouched(cast: Cast, page: str, *args: Any) -> dict[str, Any]:
    return browser(get(cast.cleo, f"protocols:{page}", *args).context["form"])
