"""`manage.py fsck`: compare the database with the media folder."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from core.units import parse_duration
from storage import fsck
from storage.findings import Report


def _grace(text: str) -> timedelta:
    try:
        grace = parse_duration(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if not grace:
        raise ArgumentTypeError("must not be zero: a file being stored has no row yet")
    return grace


class Command(BaseCommand):
    help = "Compare rows with files. Exits with 0 when all is well or was repaired, with 1 when something is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Mend what can be mended.")
        parser.add_argument(
            "--quick", action="store_true", help="Compare lengths only; do not read files that seem right."
        )
        parser.add_argument(
            "--grace", type=_grace, help="Age at which a file without a row is a stray; by default STRAY_GRACE."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = fsck.check(repair=options["repair"], quick=options["quick"], grace=options["grace"])
        self.stdout.write(json.dumps(report.as_json(), indent=2) if options["json"] else _table(report))
        if report.left:
            raise SystemExit(1)


def _table(report: Report) -> str:
    rows = [finding.as_json() for finding in report.findings]
    lines = [f"{row['kind']:<9} {row['path']}  ({row['detail']}) {row['repaired'] or 'NOT REPAIRED'}" for row in rows]
    summary = (
        f"{report.checked} blobs checked: {len(rows)} findings, {len(report.left)} left; "
        f"{report.unreferenced} blobs wait for the collector."
    )
    return "\n".join([*lines, summary])
