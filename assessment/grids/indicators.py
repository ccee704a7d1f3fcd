"""The part of a grid's file that says what is asked: scales, indicators, details, and the facts they give."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from assessment.grid import UNKNOWN, Detail, Indicator, Lasting, Scale, Value
from assessment.grids.codes import WORD_AT_MOST, check_names
from pole.calendar import Period
from pole.conditions import Choice, Day, Flag, Kind, Number
from pole.marking import N_
from pole.yamlfile import Node

RESERVED = frozenset({"value", "known", "seen", "active"})
TEXTS = ("label", "plain", "gloss", "meaning", "weight", "basis")


def read_scales(node: Node) -> dict[str, Scale]:
    """The scales by name; the first one listed is that of indicators which name none."""
    scales = {}
    for code, item in node.mapping().items():
        parts = item.mapping(optional=("values", "number", "label"))
        if ("number" in parts) == ("values" in parts):
            raise item.error(N_("a scale has either 'values' or a 'number'"))
        if ("number" in parts) != ("label" in parts):
            raise item.error(
                N_("a scale with a 'number' says with 'label' what is counted, and no other does")
            )
        if "number" in parts:
            scales[code] = Scale(code, {}, parts["number"].text(), parts["label"].text())
            continue
        check_names(parts["values"], at_most=WORD_AT_MOST)
        values = {
            name: _value(name, rank, value)
            for rank, (name, value) in enumerate(parts["values"].mapping().items())
        }
        for name, value in parts["values"].mapping().items():
            if name == UNKNOWN:
                raise value.error(N_("'%(word)s' is a value of every scale: do not list it"), word=UNKNOWN)
            if values[name].same_day_as not in {None, *values}:
                raise value.error(
                    N_("'%(word)s' is not a value of this scale"), word=values[name].same_day_as
                )
        scales[code] = Scale(code, values)
    if not scales:
        raise node.error(N_("a grid has at least one scale"))
    return scales


def _value(code: str, rank: int, node: Node) -> Value:
    item = node.mapping(required=("label",), optional=("active", "within", "older", "same_day_as"))
    return Value(
        code,
        item["label"].text(),
        rank,
        active=item["active"].truth() if "active" in item else False,
        within=_period(item["within"]) if "within" in item else None,
        older=item["older"].truth() if "older" in item else False,
        same_day_as=item["same_day_as"].text() if "same_day_as" in item else None,
    )


def _period(node: Node) -> Period:
    try:
        return Period.parse(node.value)
    except ValueError:
        raise node.error(
            N_("expected a period like '7 days' or '24 months', found %(found)s"), found=repr(node.plain())
        ) from None


def read_indicators(node: Node, scales: Mapping[str, Scale], axes: Collection[str]) -> dict[str, Indicator]:
    """The indicators by code, in the order of the file."""
    indicators = {}
    for code, at in node.mapping().items():
        item = at.mapping(
            required=("label",), optional=(*TEXTS[1:], "axis", "scale", "lasting", "details", "details_when")
        )
        axis = item["axis"].text() if "axis" in item else code.rstrip("0123456789")
        if axis not in axes:
            raise at.error(N_("'%(code)s' belongs to no axis of this grid: say which with 'axis'"), code=code)
        scale = scales[item["scale"].one_of(scales)] if "scale" in item else next(iter(scales.values()))
        if "details" in item:
            check_names(item["details"], at_most=WORD_AT_MOST)
        details = (
            {name: _detail(name, part) for name, part in item["details"].mapping().items()}
            if "details" in item
            else {}
        )
        if scale.number:
            details[scale.number] = Detail(scale.number, scale.label, "number")
        texts = {name: item[name].text() if name in item else "" for name in TEXTS}
        indicators[code] = Indicator(
            code=code,
            axis=axis,
            scale=scale,
            details=details,
            when_active=_values(item["details_when"], scale) if "details_when" in item else None,
            lasting=_lasting(item["lasting"], scale) if "lasting" in item else None,
            **texts,
        )
    if not indicators:
        raise node.error(N_("a grid has at least one indicator"))
    return indicators


def _values(node: Node, scale: Scale) -> frozenset[str]:
    return frozenset(item.one_of(scale.values) for item in node.items())


def _lasting(node: Node, scale: Scale) -> Lasting:
    item = node.mapping(required=("value", "for"), optional=())
    return Lasting(item["value"].one_of(scale.values), _period(item["for"]))


def _detail(code: str, node: Node) -> Detail:
    if code in RESERVED:
        raise node.error(N_("'%(code)s' is reserved: call the detail something else"), code=code)
    item = node.mapping(required=("label", "kind"), optional=("values", "assume", "decides", "asked"))
    kind = item["kind"].one_of({"flag", "choice", "date", "text", "number"})
    if (kind == "choice") != ("values" in item):
        raise node.error(N_("a detail of kind 'choice' has 'values', and no other has"))
    values = (
        {name: part.text() for name, part in item["values"].mapping().items()} if "values" in item else {}
    )
    return Detail(
        code,
        item["label"].text(),
        kind,
        values,
        assume=item["assume"].one_of(values) if "assume" in item else None,
        decides=item["decides"].truth() if "decides" in item else False,
        asked=item["asked"].truth() if "asked" in item else False,
    )


def vocabulary_of(indicators: Mapping[str, Indicator]) -> dict[str, Kind]:
    """The facts that these indicators give to conditions."""
    facts: dict[str, Kind] = {}
    for code, indicator in indicators.items():
        name = f"{indicator.label} ({code})"
        facts[code] = Flag(name)
        facts[f"{code}.known"] = Flag(name)
        facts[f"{code}.seen"] = Day(name)
        if indicator.scale.values:
            facts[f"{code}.value"] = Choice(frozenset(indicator.scale.values), name)
        for detail in indicator.details.values():
            label = f"{name}, {detail.label}"
            match detail.kind:
                case "flag":
                    facts[f"{code}.{detail.code}"] = Flag(label)
                case "choice":
                    facts[f"{code}.{detail.code}"] = Choice(frozenset(detail.values), label)
                case "date":
                    facts[f"{code}.{detail.code}"] = Day(label)
                case "number":
                    facts[f"{code}.{detail.code}"] = Number(label)
    return facts
