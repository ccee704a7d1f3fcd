"""List, read, acknowledge, answer: doors to the services that the screens call too."""

import json
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from alerts import board, handling
from alerts.access import actor_of
from alerts.api import words
from alerts.api.entrance import token_of
from alerts.api.problems import MEDIA, Problem
from alerts.models import AccessToken, Handling, Scope
from alerts.shown import categories_shown, judged_words, replies_to
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Receipt
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import protocol_of

KINDS = (ExchangeKind.ALERT, ExchangeKind.UPDATE)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="Un UUID par acte : envoyé deux fois, il est fait une fois.",
)
Answers = dict[int | tuple[int, str], Any]


def _answers(done: type[Serializer[Any]], *codes: int) -> Answers:
    problems: Answers = {(code, MEDIA): words.ProblemRead for code in (400, 401, 403, 406, 429, *codes)}
    return {200: done, **problems}


class Pages(CursorPagination):
    """Newest first, stable while new ones arrive."""

    page_size, ordering = 50, ("-sent_at", "-id")

    def decode_cursor(self, request: Request) -> Any:
        """Raises:
        Http404: not one that we gave; what it holds goes into a query.
        """
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise Http404
        return cursor


class SystemView(APIView):
    """A view of the system's own service; what it asks of the database, it asks in that space."""

    scope: ClassVar[Scope]

    @staticmethod
    def actor(request: Request) -> Actor:
        return actor_of(token_of(request))


class Alerts(SystemView):
    scope = Scope.READ

    @extend_schema(
        operation_id="list_alerts",
        parameters=[words.Filters],
        responses=_answers(words.AlertPage, 404),
    )
    def get(self, request: Request) -> Response:
        """The alerts received, newest first, without their content."""
        asked = words.Filters(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        pages = Pages()
        with inside(token_of(request).service):
            rows = _filtered(self.actor(request), asked.validated_data)
            page = pages.paginate_queryset(rows, request, view=self)
            return pages.get_paginated_response(words.AlertLine(page, many=True).data)


class OneAlert(SystemView):
    scope = Scope.READ

    @extend_schema(operation_id="read_alert", responses=_answers(words.AlertRead, 404))
    def get(self, request: Request, exchange_id: UUID) -> Response:
        """The whole of one. The reading is in the journal under the system's name; no human has opened it."""
        with inside(token_of(request).service):
            actor = self.actor(request)
            exchange = _received(actor, exchange_id)
            row = handling.open_exchange(actor=actor, exchange=exchange)
            return Response(words.AlertRead(_whole(actor, exchange, row)).data)


class Acknowledge(SystemView):
    scope = Scope.ACKNOWLEDGE

    @extend_schema(
        operation_id="acknowledge_alert",
        parameters=[KEY],
        request=words.Acknowledge,
        responses=_answers(words.Done, 404, 409, 415, 422),
    )
    def post(self, request: Request, exchange_id: UUID) -> Response:
        """A person here has it; the sender is told. A red one needs that person's name."""
        said = _said(words.Acknowledge, request)
        return _once(
            request,
            exchange_id,
            lambda actor, exchange: handling.acknowledge(
                actor=actor, exchange=exchange, named=said.get("acknowledged_by", "")
            ),
        )


class Answer(SystemView):
    scope = Scope.ANSWER

    @extend_schema(
        operation_id="answer_alert",
        parameters=[KEY],
        request=words.Answer,
        responses=_answers(words.Done, 404, 409, 415, 422),
    )
    def post(self, request: Request, exchange_id: UUID) -> Response:
        """What became of it; acknowledges first when nobody had."""
        said = _said(words.Answer, request)
        return _once(
            request,
            exchange_id,
            lambda actor, exchange: handling.answer(
                actor=actor,
                exchange=exchange,
                outcome=said["outcome"],
                message=said.get("text", ""),
                named=said.get("acknowledged_by", ""),
            ),
        )


class Schema(SpectacularJSONAPIView):
    """The document, for anybody: it holds no data."""

    throttle_classes = (AnonRateThrottle,)


class Nowhere(APIView):
    """Any other address below: a program reads no page."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def _is_moment(text: str) -> bool:
    try:
        at = parse_datetime(text)
    except ValueError:
        return False
    return at is not None and at.tzinfo is not None


def _filtered(actor: Actor, asked: dict[str, Any]) -> QuerySet[Exchange]:
    rows = board.received(actor).filter(kind__in=KINDS)
    if "urgency" in asked:
        rows = rows.filter(urgency=asked["urgency"])
    if asked.get("state") == "new":
        rows = rows.filter(handling__acknowledged_at=None)
    elif asked.get("state") == "open":
        rows = rows.filter(handling__answered_at=None)
    return rows


def _received(actor: Actor, exchange_id: UUID) -> Exchange:
    exchange = door.received(actor, exchange_id)
    if exchange is None or exchange.kind not in KINDS:
        raise Http404
    return exchange


def _whole(actor: Actor, exchange: Exchange, row: Handling) -> dict[str, Any]:
    read, replies = door.read(actor, exchange), replies_to(actor, exchange)
    line = {name: getattr(exchange, name) for name in words.OF_THE_EXCHANGE}
    return line | {
        "acknowledged_at": row.acknowledged_at,
        "outcome": row.outcome,
        "categories": [
            {
                "code": each.code,
                "label": each.label,
                "basis": each.basis,
                "lines": [[{"label": label, "text": text} for label, text in line] for line in each.lines],
            }
            for each in categories_shown(protocol_of(exchange.protocol), exchange, read)
        ],
        "written": judged_words(read["message"]) or {},
        "withdrawn": any(reply.exchange.kind == ExchangeKind.RECALL for reply in replies),
        "replies": replies,
    }


def _said(kind: type[words.Strict], request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    said: dict[str, Any] = asked.validated_data
    return said


def _once(request: Request, exchange_id: UUID, act: Callable[[Actor, Exchange], Handling]) -> Response:
    """Do it; the same key for the same words a second time answers with what stands, and does nothing.

    The receipt is kept under whoever made the token, who answers for what the system does. What fails leaves
    none: the mended request may come with the same key.
    """
    token = token_of(request)
    key = _key_of(request, token)
    with inside(token.service):
        actor = actor_of(token)
        exchange = _received(actor, exchange_id)
        receipt = Receipt(service=token.service, user_id=token.made_by_id, key=key)
        # The unique key makes a second, concurrent sending wait here for the first one's outcome.
        Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
        if not Receipt.objects.filter(pk=receipt.pk, service=token.service).exists():
            done = Handling.objects.get(service=token.service, exchange=exchange)
            return Response(words.Done(done).data)
        try:
            return Response(words.Done(act(actor, exchange)).data)
        except handling.AlreadyDone as done_before:
            raise Problem(status.HTTP_409_CONFLICT, str(done_before)) from None
        except (handling.MotiveMissing, handling.NobodyNamed) as missing:
            raise Problem(status.HTTP_422_UNPROCESSABLE_ENTITY, str(missing)) from None


def _key_of(request: Request, token: AccessToken) -> UUID:
    try:
        key = UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        raise Problem(
            status.HTTP_400_BAD_REQUEST,
            _(
                "Send a new UUID in the header Idempotency-Key with each act, and the same one when you try again."
            ),
        ) from None
    return uuid5(key, f"{token.pk} {request.path} {json.dumps(request.data, sort_keys=True)}")
