"""Django's makemessages, with the options of this project (needs the gettext programs).

The docstrings of endpoints are collected too, for the description of the API shows them. Tests are left out, nothing
is guessed from similar texts, and the result follows from the texts alone: it holds no dates and no line numbers.
"""

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

from core.openapi import paragraphs

_DESCRIBES = {"describe", "swagger_auto_schema"}


def endpoint_texts(source: str) -> Iterator[str]:
    """The paragraphs of the docstrings of a module's endpoints: of the functions that are decorated as such."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _DESCRIBES & set(_decorators(node)):
            yield from paragraphs(ast.get_docstring(node) or "")


def _decorators(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name):
            yield decorator.func.id


class BuildFile(makemessages.BuildFile):
    """A file as xgettext is given it: the texts of its endpoints stand after a module's own lines."""

    @cached_property
    def is_templatized(self) -> bool:
        return super().is_templatized or bool(self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        path = Path(self.path)
        return list(endpoint_texts(path.read_text())) if path.suffix == ".py" else []

    def preprocess(self) -> None:
        if not self._texts:
            super().preprocess()
            return
        calls = "".join(f"gettext({text!r})\n" for text in self._texts)
        Path(self.work_path).write_text(f"{Path(self.path).read_text()}\n{calls}")


class Command(makemessages.Command):
    build_file_class = BuildFile
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(no_location=True, no_obsolete=True, ignore_patterns=["tests/*", "*/tests/*"])

    def write_po_file(self, potfile: str, locale: str) -> None:
        """The date of collection would change the file each time."""
        super().write_po_file(potfile, locale)
        po = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        lines = po.read_text().splitlines(keepends=True)
        po.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date:')))
