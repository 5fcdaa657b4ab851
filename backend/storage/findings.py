"""What a comparison of rows and disk can come upon."""

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    MISSING = "missing"
    ROTTEN = "rotten"
    REPLICA = "replica"
    STRAY = "stray"
    INCOMING = "incoming"


@dataclass
class Finding:
    """Something that is not as it should be; `repaired` says what was done about it, and is empty when nothing was.

    `path` is relative to the media folder, or to the incoming folder for Kind.INCOMING.
    """

    kind: Kind
    path: str
    detail: str
    blob: int | None = None
    repaired: str = ""

    def as_json(self) -> dict[str, Any]:
        # A stray may have any bytes for a name.
        path = os.fsencode(self.path).decode("utf-8", "backslashreplace")
        return {
            "kind": self.kind.value,
            "path": path,
            "detail": self.detail,
            "blob": self.blob,
            "repaired": self.repaired or None,
        }


@dataclass
class Report:
    """The outcome of one comparison. `unreferenced` blobs are no finding: the collector will take them."""

    checked: int = 0
    unreferenced: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def left(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.repaired]

    def as_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "unreferenced": self.unreferenced,
            "left": len(self.left),
            "findings": [finding.as_json() for finding in self.findings],
        }
