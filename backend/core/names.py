"""File names that people gave: labels for the library, never paths."""

import re
import unicodedata

_MAX_BYTES = 255
_STEM_BYTES = 80
# A name that begins with dots and has no other dot is all stem (.bashrc).
_EXTENSION = re.compile(r"(\.*[^.].*)(\.[A-Za-z0-9]{1,10})", re.DOTALL)
# Letters, marks and symbols by category, and yet nothing to see: a joiner, Hangul fillers, an empty Braille cell.
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


def clean_name(raw: str) -> str:
    """A safe label: NFC, no folders, no control, bidi or other invisible characters, at most 255 bytes, never empty.

    Cleaning a clean name changes nothing.
    """
    name = re.split(r"[/\\]", raw.encode("utf-8", "replace").decode("utf-8"))[-1]
    visible = "".join(character for character in name if not _is_hidden(character))
    # Composed only now: what stood between a letter and its mark may have kept them apart.
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible)).strip(" .")
    stem, suffix = _split(name)
    if len(name.encode()) > _MAX_BYTES:
        stem = _cut(stem, _MAX_BYTES - len(suffix)).rstrip(" .")
    return stem + suffix or "file"


def _is_hidden(character: str) -> bool:
    """Cc, Cf, Cs, Co, Cn are controls, bidi marks, zero-width and unknown characters: a name may look like another."""
    return character in _BLANK or unicodedata.category(character)[0] == "C"


def extension(name: str) -> str:
    """The extension in lower case without its dot: at most ten ASCII letters and digits; else empty."""
    return _split(name)[1][1:].lower()


def _split(name: str) -> tuple[str, str]:
    """The stem and the extension with its dot, as they are written."""
    match = _EXTENSION.fullmatch(name)
    return (match[1], match[2]) if match else (name, "")


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
    """The name without extension as a piece of a path: letters, their marks and digits of any script, else a hyphen."""
    kept = "".join(character if _is_written(character) else "-" for character in _split(name)[0])
    return _cut(re.sub("-+", "-", kept).strip("-"), _STEM_BYTES).rstrip("-") or "file"


def _is_written(character: str) -> bool:
    """Marks count: without its vowel signs a word in Hindi is another word."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8, ending with a whole character."""
    return text.encode()[:size].decode("utf-8", "ignore")
