"""What is asked and what is answered, as serializers: strict on the way in, plain on the way out."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from alerts.board import RANK
from alerts.models import Outcome
from pole.tenancy.models import Service

OF_THE_EXCHANGE = (
    "id",
    "kind",
    "urgency",
    "sender",
    "sent_at",
    "acknowledge_by",
    "answer_by",
    "article",
    "purposes",
)


class Text(serializers.CharField):
    """A string and nothing that could be made one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Strict(serializers.Serializer[Any]):
    """A field that nobody asked for is a mistake, and said to be one."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: [_("There is no such field. Leave it out.")] for name in unknown}
            )
        return super().to_internal_value(data)


class Filters(Strict):
    """The parameters of the list."""

    state = serializers.ChoiceField(
        choices=[("new", "new"), ("open", "open")],
        required=False,
        help_text=gettext_lazy("new: acknowledged by nobody; open: not yet answered."),
    )
    urgency = serializers.ChoiceField(choices=[(code, code) for code in RANK], required=False)
    cursor = serializers.CharField(required=False, allow_blank=True)


class Acknowledge(Strict):
    acknowledged_by = Text(
        required=False,
        allow_blank=True,
        max_length=120,
        help_text=gettext_lazy("The person on duty who has the alert. Needed for a red one."),
    )


class Answer(Strict):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    text = Text(
        required=False,
        allow_blank=True,
        max_length=4000,
        help_text=gettext_lazy("Words for the sender; needed unless it is taken on."),
    )
    acknowledged_by = Text(required=False, allow_blank=True, max_length=120)


class Sender(serializers.ModelSerializer[Service]):
    class Meta:
        model = Service
        fields = ("id", "name", "urgent_phone")


class AlertLine(serializers.Serializer[Any]):
    """One line of the list: nothing of anybody."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    urgency = serializers.CharField()
    sender = Sender()
    sent_at = serializers.DateTimeField()
    acknowledge_by = serializers.DateTimeField(allow_null=True)
    answer_by = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)


class AlertPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = AlertLine(many=True)


class Line(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment] # a field of ours, where a serializer has its own label
    text = serializers.CharField()


class Category(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # as above
    basis = serializers.CharField()
    lines = serializers.ListField(child=Line(many=True))


class Reply(serializers.Serializer[Any]):
    kind = serializers.CharField(source="exchange.kind")
    by = serializers.UUIDField(source="exchange.sender_id")
    at = serializers.DateTimeField(source="exchange.sent_at")
    outcome = serializers.CharField()
    text = serializers.CharField()
    mark = serializers.CharField(
        help_text=gettext_lazy("How relevant the alert was, where this reply says it.")
    )


class AlertRead(AlertLine):
    """The whole of one, as the service's people read it."""

    article = serializers.CharField()
    purposes = serializers.ListField(child=serializers.CharField())
    categories = Category(many=True)
    written = serializers.DictField(
        child=serializers.CharField(), help_text=gettext_lazy("What a professional wrote with it, if any.")
    )
    withdrawn = serializers.BooleanField()
    replies = Reply(many=True)


class Done(serializers.Serializer[Any]):
    """What stands after an act."""

    id = serializers.UUIDField(source="exchange_id")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ProblemRead(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    fields = serializers.DictField(required=False)  # type: ignore[assignment] # the name that the document gives it
