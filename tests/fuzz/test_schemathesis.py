"""The API against its own description: no 5xx, no answer that the description does not know, whatever is sent."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.site import ROOT, Site, running_site, wait_for

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("fuzz")]
CASES = int(os.environ.get("FUZZ_CASES", "2000"))
CHECKS = [
    *("not_a_server_error", "status_code_conformance", "content_type_of_bodies"),
    *("response_schema_conformance", "response_headers_conformance"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with (
        tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name,
        running_site(Path(name), MIN_FREE_SPACE="10MB", REGISTRATION_ENABLED="true") as running,
    ):
        running.manage("shell", "-c", "from content.models import Page; Page.objects.create(title='A page')")
        for number in range(3):
            running.upload(f"{number}.txt", f"text {number}".encode())
        wait_for(lambda: running.unsettled() == 0, 30, "the files are checked")
        yield running


def test_it_works(site: Site) -> None:
    command = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("schemathesis is not installed (requirements/e2e.txt)")
    spec = httpx.get(f"{site.url}/swagger.json").json()
    operations = sum(method != "parameters" for path in spec["paths"].values() for method in path)
    site.login()
    token = site.request("GET", "/api/me/").request.headers["Authorization"]
    report = site.folder / "report.json"
    ran = subprocess.run(
        [
            *(command, "run", f"{site.url}/swagger.json", "--checks", ",".join(CHECKS)),
            *("--max-examples", str(-(-CASES // operations)), "--continue-on-failure", "--no-color"),
            *("--header", f"Authorization: {token}", "--seed", "1", "--suppress-health-check", "all"),
            *("--report-json-path", str(report), "--request-timeout", "30", "--warnings", "off"),
        ],
        cwd=site.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks"},
        capture_output=True,
        text=True,
        check=False,
        timeout=3000,
    )
    said = ran.stdout[-8000:] + ran.stderr[-2000:]
    assert ran.returncode == 0, said
    cases = sum(int(number) for number in re.findall(r"(\d+) generated", ran.stdout))
    assert cases >= CASES, said
    assert json.loads(report.read_text())
