"""A rule of a draft, built from fields and read as a sentence at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pole.conditions import describe
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.editing import Unwritable, add, put, take
from protocols.forms.rules import RuleForm
from protocols.models import ProtocolDraft
from protocols.partial import Written, partial, written_articles
from protocols.sentences import RuleText, rule_text
from protocols.terms import Protocol
from protocols.views.parts import changed, shown, text_of, unread, writable
from protocols.wording import ProtocolWording


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is written, or would be."""

    draft: ProtocolDraft
    text: str
    article: Written
    rule: int | None
    protocol: Protocol | None

    @property
    def written(self) -> dict[str, Any] | None:
        """The rule as the file says it."""
        rules = self.article.part("rules")
        if self.rule is None or rules is None:
            return None
        plain = rules.value[self.rule].plain()
        return plain if isinstance(plain, dict) else {}

    @property
    def condition(self) -> str:
        """What a condition that is kept as it is says."""
        protocol, name = self.protocol, (self.written or {}).get("id")
        found = next((each for each in protocol.rules if each.id == name), None) if protocol else None
        return describe(found.when, ProtocolWording(protocol)) if found and protocol else ""

    def put(self, text: str, rule: dict[str, Any]) -> str:
        """The text with this rule.

        Raises:
            Unwritable
        """
        here = ("articles", self.article.place, "rules")
        if self.rule is not None:
            return put(text, (*here, self.rule), rule)
        if self.article.part("orders"):
            text = take(text, ("articles", self.article.place, "orders"))
        if self.article.part("rules"):
            return add(text, here, rule)
        return put(text, here, [rule])


def place_of(request: ServiceRequest, actor: Actor, draft_id: UUID, place: int, rule: int | None) -> Place:
    """Raises:
    Http404: no such article or rule in the text that the form is made of.
    """
    draft = writable(actor, draft_id)
    text = text_of(draft, request)
    read = partial(text)
    listed = written_articles(read.root)
    if place >= len(listed):
        raise Http404
    rules = listed[place].part("rules")
    if rule is not None and (rules is None or not isinstance(rules.value, list) or rule >= len(rules.value)):
        raise Http404
    return Place(draft, text, listed[place], rule, read.protocol)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def new_rule(request: ServiceRequest, actor: Actor, draft_id: UUID, place: int) -> HttpResponse:
    return _rule(request, actor, place_of(request, actor, draft_id, place, None))


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def rule(request: ServiceRequest, actor: Actor, draft_id: UUID, place: int, rule: int) -> HttpResponse:
    return _rule(request, actor, place_of(request, actor, draft_id, place, rule))


@require_safe
@service_view(Perm.PROTOCOL_WRITE)
def sentence(request: ServiceRequest, actor: Actor, draft_id: UUID, place: int) -> HttpResponse:
    """What the fields say so far, as a sentence; nothing is saved."""
    number = request.GET.get("rule", "")
    at = int(number) if number.isascii() and number.isdecimal() else None
    here = place_of(request, actor, draft_id, place, at)
    said, missing = _sentence(here, request.GET)
    return render(request, "protocols/_sentence.html", {"rule": said, "missing": missing})


def _rule(request: ServiceRequest, actor: Actor, here: Place) -> HttpResponse:
    if here.protocol is None:
        return unread(request, actor, here.draft)
    if request.method == "POST":
        if "remove" in request.POST and here.rule is not None:
            return _without(request, actor, here)
        form = RuleForm(request.POST, protocol=here.protocol, written=here.written)
        if form.is_valid():
            said, at = form.rule(), f"#a{here.article.place}"
            answer = changed(request, actor, here.draft, form, lambda text: here.put(text, said), at=at)
            if answer:
                return answer
        rule, missing = _sentence(here, request.POST)
    else:
        initial = {"revision": here.draft.revision, "id": _free_name(here)}
        initial |= {"id": here.written.get("id")} if here.written else {}
        form = RuleForm(protocol=here.protocol, written=here.written, initial=initial)
        rule, missing = _said_before(here), ""
    context = {"here": here, "article": here.article, "rule": rule, "missing": missing}
    return shown(request, "draft_rule", here.draft, form, **context)


def _without(request: ServiceRequest, actor: Actor, here: Place) -> HttpResponse:
    form = RuleForm(request.POST, protocol=here.protocol, written=here.written)  # type: ignore[arg-type] # there is one
    form.is_valid()
    path = ("articles", here.article.place, "rules", here.rule or 0)
    if "revision" in form.cleaned_data:
        answer = changed(
            request, actor, here.draft, form, lambda text: take(text, path), at=f"#a{here.article.place}"
        )
        if answer:
            return answer
    context = {"here": here, "article": here.article, "rule": _said_before(here), "missing": ""}
    return shown(request, "draft_rule", here.draft, form, **context)


def _sentence(here: Place, data: QueryDict) -> tuple[RuleText | None, str]:
    """The rule in words, or what it lacks for that."""
    if here.protocol is None:
        return None, ""
    form = RuleForm(data, protocol=here.protocol, written=here.written)
    if not form.is_valid():
        return None, next((str(errors[0]) for name, errors in form.errors.items() if name != "revision"), "")
    said = form.rule()
    try:
        read = partial(here.put(here.text, said))
    except Unwritable:
        return None, _("This part is written in a way that forms can't change: do it in the whole text.")
    found = (
        next((each for each in read.protocol.rules if each.id == said["id"]), None) if read.protocol else None
    )
    if found and read.protocol:
        return rule_text(read.protocol, found), ""
    number = here.article.number
    return None, next((each.reason for each in read.findings if each.is_fault and each.article == number), "")


def _said_before(here: Place) -> RuleText | None:
    name = (here.written or {}).get("id")
    known = here.protocol.rules if here.protocol else ()
    return next((rule_text(here.protocol, each) for each in known if each.id == name and here.protocol), None)


def _free_name(here: Place) -> str:
    """A name that no rule has yet, from the article's number."""
    stem = (
        "article-"
        + "-".join(
            part
            for part in "".join(
                c if c.isascii() and c.isalnum() else " " for c in here.article.number
            ).split()
        ).lower()
    )
    taken = {each.id for each in here.protocol.rules} if here.protocol else set()
    return next(name for n in range(1, 1000) if (name := f"{stem}-{n}") not in taken)
