"""File names that people gave: labels for the library, never paths."""

import re
import unicodedata

_MAX_BYTES = 255
_STEM_BYTES = 80


def clean_name(raw: str) -> str:
    """A safe label: NFC, no folders, no control, bidi or other invisible characters, at most 255 bytes, never empty."""
    name = unicodedata.normalize("NFC", raw.encode("utf-8", "replace").decode("utf-8"))
    name = re.split(r"[/\\]", name)[-1]
    # Cc, Cf, Cs, Co, Cn: controls, bidi marks and zero-width characters, which can make a name look like another.
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = re.sub(r"\s+", " ", name).strip(" .")
    suffix = f".{extension(name)}" if extension(name) else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    return _cut(stem, _MAX_BYTES - len(suffix)) + name[len(stem) :] or "file"


def extension(name: str) -> str:
    """The extension in lower case without its dot; empty when there is none to speak of."""
    match = re.search(r"[^.]\.([A-Za-z0-9]{1,10})$", name)
    return match[1].lower() if match else ""


def first_letter(name: str) -> str:
    """Where a name stands in an alphabetical register: A–Z, А–Я with Ё, `0` for a digit, `#` for anything else.

    Latin letters lose their marks (É stands under E); Й and Ё are letters of their own.
    """
    letter = unicodedata.normalize("NFC", name).strip()[:1].upper()[:1]
    base = unicodedata.normalize("NFD", letter)[:1]
    if base.isascii() and base.isalpha():
        return base
    if letter == "Ё" or "А" <= letter <= "Я":
        return letter
    return "0" if letter.isdigit() else "#"


def safe_stem(name: str) -> str:
    """The name without extension as a piece of a path: letters and digits of any script, everything else a hyphen."""
    suffix = extension(name)
    stem = name[: len(name) - len(suffix) - 1] if suffix else name
    return _cut(re.sub(r"[\W_]+", "-", stem), _STEM_BYTES).strip("-") or "file"


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8, ending with a whole character."""
    return text.encode()[:size].decode("utf-8", "ignore")
