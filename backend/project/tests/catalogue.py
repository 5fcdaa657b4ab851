"""What the test of the translation reads with: the texts of the sources, a .po file and a .mo file, without gettext."""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path

from django.utils.translation.template import templatize

from core.management.commands.makemessages import endpoint_texts

BACKEND = Path(__file__).resolve().parents[2]
# Which arguments of a call are texts: context, singular, plural; None where the function takes none.
_MARKS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_CALL = re.compile(r"\b(?:_|n?p?gettext)\(")


@dataclass(frozen=True)
class Text:
    """A text to translate."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Entry:
    text: Text
    strings: tuple[str, ...]
    is_fuzzy: bool


def texts_in_sources() -> dict[Text, str]:
    """Every text that is marked for translation, with a file in which it is."""
    found: dict[Text, str] = {}
    for path in sorted(BACKEND.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "tests" in path.parts or "locale" in path.parts:
            continue
        for text in texts_of(path):
            found.setdefault(text, str(path.relative_to(BACKEND)))
    return found


def texts_of(path: Path) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix == ".py":
        yield from _of_python(source)
        yield from map(Text, endpoint_texts(source))
    else:
        # Django makes of a template what xgettext reads: calls of gettext, with the rest blotted out.
        calls = templatize(source)
        for call in _CALL.finditer(calls):
            yield from _of_python(_whole_call(calls[call.start() :]))


def _whole_call(source: str) -> str:
    """The shortest beginning that is a whole call; a bracket may stand in a text too."""
    for end in re.finditer(r"\)", source):
        try:
            ast.parse(source[: end.end()])
        except SyntaxError:
            continue
        return source[: end.end()]
    raise AssertionError(f"no whole call: {source[:80]}")


def _of_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in _MARKS:
            context, singular, plural = (
                "" if place is None else _literal(node, place) for place in _MARKS[_name(node.func)]
            )
            # What is looked up by a variable is marked where it is written.
            if singular:
                yield Text(singular, plural or "", context or "")


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _literal(call: ast.Call, place: int) -> str | None:
    argument = call.args[place] if place < len(call.args) else None
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return argument.value if is_text else None  # type: ignore[union-attr] # `is_text` says so


def read_po(path: Path) -> tuple[str, list[Entry]]:
    """The header, and the entries that are not obsolete."""
    blocks = [block for block in path.read_text().split("\n\n") if not block.startswith("#~")]
    header, *entries = (_entry(block) for block in blocks)
    return header.strings[0], entries


def _entry(block: str) -> Entry:
    parts: dict[str, str] = {}
    part = ""
    comments = [line for line in block.splitlines() if line.startswith("#")]
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        keyword, quote, rest = line.partition('"')
        part = keyword.strip() or part
        parts[part] = parts.get(part, "") + str(ast.literal_eval(quote + rest))
    strings = tuple(value for part, value in parts.items() if part.startswith("msgstr"))
    text = Text(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
    return Entry(text, strings, any(re.match(r"#,.*\bfuzzy\b", comment) for comment in comments))


class Compiled:
    """A .mo file: how many texts it holds, and what it answers for each."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._translations = GNUTranslations(file)
        # GNU gettext's manual, "The Format of GNU MO Files": the third number counts the texts, the header among them.
        magic, _revision, count = struct.unpack("<3I", path.read_bytes()[:12])
        assert magic == 0x950412DE
        self.count = count - 1

    def strings(self, text: Text, examples: tuple[int, ...]) -> tuple[str, ...]:
        """The translation; for a plural one for each number of `examples`."""
        if not text.plural:
            one = self._translations.pgettext(text.context, text.singular) if text.context else None
            return (one or self._translations.gettext(text.singular),)
        if text.context:
            ask = self._translations.npgettext
            return tuple(ask(text.context, text.singular, text.plural, number) for number in examples)
        return tuple(self._translations.ngettext(text.singular, text.plural, number) for number in examples)
