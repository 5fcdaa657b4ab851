"""What exists is documented: settings, errors and make targets."""

import re
from pathlib import Path

from django.urls import get_resolver

from core.errors import all_problems
from project import settings

ROOT = Path(__file__).resolve().parents[3]


def _tests_own(problem: type) -> bool:
    return ".tests." in problem.__module__ or problem.__module__.startswith("test")


def test_every_setting_is_in_the_configuration_page() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))
    of_the_launcher = {"HOST", "PORT", "ADMIN_USERNAME", "ADMIN_PASSWORD", "DEMO"}
    assert documented - of_the_launcher == set(settings.env.declared)


def test_every_setting_is_in_the_example_file() -> None:
    shown = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    of_compose = {"POSTGRES_PASSWORD", "FLOWER_BASIC_AUTH", "HTTP_PORT", "PAGES_MEMORY"}
    assert shown - of_compose == set(settings.env.declared) - {"ENV_FILE"}


def test_every_setting_says_what_it_is_for() -> None:
    text = (ROOT / "docs/configuration.md").read_text()
    for setting in settings.env.declared.values():
        assert setting.about.endswith("."), setting.name
        assert setting.about in text, setting.name


def test_every_error_is_in_the_api_page() -> None:
    # An error is known once its module has been loaded, and the URLs load them all.
    assert get_resolver().url_patterns
    page = (ROOT / "docs/http-api.md").read_text()
    documented = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", page, re.MULTILINE))
    existing = {problem.code: str(problem.status) for problem in all_problems() if not _tests_own(problem)}
    assert documented == existing


def test_every_make_target_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    helped = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    assert helped == phony


def test_what_the_readme_says_was_measured_is_in_the_results() -> None:
    measured = (ROOT / "README.md").read_text().partition("## Measured")[2].partition("##")[0]
    figures = re.findall(r"[\d.,]+\d(?:/s| ms| s)|(?<=\| )[\d.]+(?= times)|(?<=, )[\d.]+(?= times)", measured)
    results = (ROOT / "benchmarks/results.md").read_text()
    missing = [figure for figure in figures if not re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", results)]
    assert len(figures) > 10
    assert not missing
