"""French texts: fragments in, one compiled catalogue out; `--check` finds what is missing, dead or wrong.

The sources are `locale/fr/fragments/*.po`, one per area, so that two people never edit the same file. The
catalogue `locale/fr/LC_MESSAGES/django.mo` is made from them and not committed. No system gettext is needed.
Fragments are typed with ordinary spaces: those that no line may break at (before : ; ? ! », after «) are set here.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FRAGMENTS = ROOT / "locale" / "fr" / "fragments"
COMPILED = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
SOURCES = ("pole", "cases", "assessment", "protocols", "alerts", "desk", "cooperation")
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
GLUED = re.compile(r"(?<=\S) (?=[:;?!»](?:\s|$))|(?<=«) ")
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")

Key = tuple[str | None, str]  # context, singular msgid


def extracted() -> Iterator[tuple[Key, str]]:
    """Every message of code and templates, with the place that uses it."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _messages(path.read_text(), path)
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            # What templatize leaves is indented like the page, which Python's tokenizer refuses.
            code = templatize(path.read_text(), origin=str(path))
            yield from _messages("\n".join(line.lstrip() for line in code.split("\n")), path)


def _messages(source: str, path: Path) -> Iterator[tuple[Key, str]]:
    for line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        singular = message[0] if isinstance(message, tuple) else message
        if singular:
            yield (context, singular), f"{path.relative_to(ROOT)}:{line}"


def merged(problems: list[str]) -> Catalog:
    """All fragments in one catalogue. The same message twice must be translated alike."""
    catalog = Catalog(locale="fr", project="Pôle")
    for path in sorted(FRAGMENTS.glob("*.po")):
        with path.open("rb") as file:
            fragment = read_po(file, locale="fr", abort_invalid=True)
        for message in fragment:
            if not message.id:
                continue
            singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
            known = catalog.get(singular, message.context)
            where = f"{path.name}: {singular!r}"
            if "fuzzy" in message.flags:
                problems.append(f"{where} is marked fuzzy")
            if known is not None and known.string != message.string:
                problems.append(f"{where} is translated otherwise in another fragment")
            problems.extend(f"{where} {fault}" for fault in _faults(message))
            catalog.add(message.id, message.string, context=message.context)
    for message in catalog:
        message.string = _glued(message.string)
    return catalog


def _glued(string: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(string, str):
        return GLUED.sub("\N{NO-BREAK SPACE}", string)
    return tuple(GLUED.sub("\N{NO-BREAK SPACE}", each) for each in string)


def _faults(message: object) -> Iterator[str]:
    ids, strings = message.id, message.string  # type: ignore[attr-defined] # Babel ships no types
    if isinstance(ids, str):
        ids, strings = (ids,), (strings,)
    if not all(strings):
        yield "is not translated"
        return
    wanted = set(PLACE.findall(ids[-1]))
    for string in strings:
        if extra := set(PLACE.findall(string)) - wanted:
            yield f"has places that the original lacks: {sorted(extra)}"
        if len(ids) == 1 and (lost := wanted - set(PLACE.findall(string))):
            yield f"lacks the places {sorted(lost)}"


def compile_catalogue() -> Catalog:
    """Write the compiled catalogue.

    Raises:
        SystemExit: two fragments contradict each other, or a text is missing; each on its line.
    """
    problems: list[str] = []
    catalog = merged(problems)
    if problems:
        sys.exit("\n".join(problems))
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    with COMPILED.open("wb") as file:
        write_mo(file, catalog)
    return catalog


def check() -> list[str]:
    """What is wrong: not translated, no longer used, fuzzy, contradictory, with other places."""
    problems: list[str] = []
    catalog = merged(problems)
    translated: set[Key] = {
        (message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id)
        for message in catalog
        if message.id
    }
    used: dict[Key, str] = {}
    for message_key, place in extracted():
        used.setdefault(message_key, place)
    problems += [f"{place}: no French for {key[1]!r}" for key, place in used.items() if key not in translated]
    dead = translated - used.keys() - _overrides()
    problems += [f"dead: {key[1]!r} is used nowhere" for key in sorted(dead, key=str)]
    return problems


def _overrides() -> set[Key]:
    """Texts of the packages we use, said in our words: our own code does not hold them."""
    with (FRAGMENTS / "overrides.po").open("rb") as file:
        return {(message.context, message.id) for message in read_po(file, locale="fr") if message.id}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--compile", action="store_true", help="write the catalogue (what is done by default)"
    )
    parser.add_argument("--check", action="store_true", help="say what is wrong instead of compiling")
    if parser.parse_args().check:
        problems = check()
        sys.stdout.write("".join(f"{problem}\n" for problem in problems))
        sys.exit(1 if problems else 0)
    catalog = compile_catalogue()
    sys.stdout.write(f"{len(catalog)} texts in {COMPILED.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
