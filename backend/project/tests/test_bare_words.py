"""What people read is translated, so it stands neither bare in a template nor in a script."""

import re

from django.test import SimpleTestCase

from project.tests.catalogue import BACKEND

NAMES = {"Quayside", "API", "Swagger", "Redoc"}


class BareWordTests(SimpleTestCase):
    def test_it_works(self) -> None:
        found = words('<p class="quiet" title="Tip">Text {{ name }} {% translate "Done" %} &nbsp;</p>')
        self.assertEqual(found, {"Tip", "Text"})

    def test_templates_hold_no_bare_words(self) -> None:
        for path in BACKEND.rglob("*.html"):
            self.assertLessEqual(words(path.read_text()), NAMES, path.name)

    def test_scripts_hold_no_bare_words(self) -> None:
        """Texts reach a script through attributes of the page, or as its settings."""
        given = re.compile(r"""(?:textContent|innerHTML|innerText|title|alt|placeholder)\s*=\s*["'`]([^"'`]*)""")
        for path in (BACKEND / "static").rglob("*.js"):
            source = path.read_text()
            texts = given.findall(source) + re.findall(r"""["'](?:aria-label|title)["'],\s*["'`]([^"'`]*)""", source)
            for text in texts:
                self.assertNotRegex(re.sub(r"\$\{[^}]*\}", "", text), "[A-Za-z]{2,}", path.name)


def words(template: str) -> set[str]:
    """Latin words that a template itself shows, as text or in an attribute that is read."""
    bare = _without_tags(template)
    attributes = re.findall(r'\b(?:alt|title|label|value|placeholder|aria-label)="([^"]*)"', bare)
    texts = re.sub(r"<[^>]*>", " ", re.sub(r"&\w+;", " ", bare))
    return set(re.findall(r"[A-Za-z]{2,}", " ".join([texts, *attributes])))


def _without_tags(template: str) -> str:
    """The HTML of a template, without what is translated, is not read by people, or comes from elsewhere."""
    translated = r"{%\s*blocktranslate.*?endblocktranslate\s*%}"
    unread = r"<(style|script)\b.*?</\1>|{%\s*block bodyclass\s*%}.*?{%\s*endblock\s*%}"
    return re.sub(rf"(?s){translated}|{unread}|{{#.*?#}}|{{%.*?%}}|{{{{.*?}}}}", "", template)
