"""Nobody finds out from the library's answers, or from how long they take, that another has stored the same bytes."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.site import PASSWORD, Site, running_site, wait_for

pytestmark = pytest.mark.faults
PAIRS = 200
SIZE = 200_000
BAR = 0.6
# What tells one upload from another, whoever has its bytes.
_OWN = {"id", "root_id", "created_at", "updated_at", "deleted_at", "download_url", "md5", "sha256", "duplicate_of"}
_OWN_HEADERS = {"date", "x-request-id", "location", "etag", "last-modified", "content-length"}


def auc(first: list[float], second: list[float]) -> float:
    """How often a value of `first` is the larger one (Mann and Whitney's U as a share); 0.5 tells nothing."""
    ranked = sorted([*((value, 0) for value in first), *((value, 1) for value in second)])
    larger, below, start = 0.0, 0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        mine = sum(1 for _value, whose in ranked[start:end] if whose == 0)
        theirs = end - start - mine
        larger += mine * (below + theirs / 2)
        below += theirs
        start = end
    return larger / (len(first) * len(second))


@dataclass
class Observed:
    """What one user sees of files: seconds by what was timed, and every way in which the answers looked."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    looks: set[str] = field(default_factory=set)

    def timed(self, what: str, act: Callable[[], httpx.Response]) -> httpx.Response:
        start = time.perf_counter()
        answer = act()
        self.note(what, time.perf_counter() - start)
        told = _told(answer)
        # Now and then a check is over before its upload is answered: how often must not tell anything either.
        early = what == "upload" and told["status"] != "Pending"
        if what == "upload":
            self.note("check before the answer", early)
        if not early:
            self.looks.add(f"{what}: {answer.status_code} {_headers(answer)} {_impersonal(told)}")
        return answer

    def note(self, what: str, seconds: float) -> None:
        self.seconds.setdefault(what, []).append(seconds)


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, "" if name in _OWN_HEADERS else value) for name, value in answer.headers.items())


def _told(answer: httpx.Response) -> Any:
    return answer.json() if "json" in answer.headers.get("content-type", "") else None


def _impersonal(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: (type(value).__name__ if name in _OWN else _impersonal(value)) for name, value in told.items()}
    return [_impersonal(entry) for entry in told] if isinstance(told, list) else told


class Member:
    """Somebody who is not staff."""

    def __init__(self, site: Site, username: str) -> None:
        self.client = httpx.Client(base_url=site.url, timeout=30)
        account = {"username": username, "password": PASSWORD}
        assert self.client.post("/register/", json=account).status_code == 201
        self.account = account
        self.log_in()

    def close(self) -> None:
        self.client.close()

    def log_in(self) -> None:
        token = self.client.post("/api-token-auth/", json=self.account).json()["token"]
        self.client.headers["Authorization"] = f"JWT {token}"

    def send(self, body: bytes) -> httpx.Response:
        return self.client.post("/api/files/", files={"file": ("a.pdf", body)})

    def settled(self, file_id: str) -> dict[str, Any]:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            told: dict[str, Any] = self.client.get(f"/api/files/{file_id}/").json()
            if told["status"] == "Completed":
                return told
            time.sleep(0.002)
        raise AssertionError(f"{file_id} is not checked")

    def look(self, body: bytes, seen: Observed) -> None:
        """Everything that a user can do with a file, from its upload to its end."""
        sent = seen.timed("upload", lambda: self.send(body))
        file_id = sent.json()["id"]
        start = time.perf_counter()
        told = self.settled(file_id)
        seen.note("wait", time.perf_counter() - start)
        made, done = (datetime.fromisoformat(told[name]) for name in ("created_at", "updated_at"))
        seen.note("time of the check", (done - made).total_seconds())
        seen.timed("detail", lambda: self.client.get(f"/api/files/{file_id}/"))
        download = seen.timed("download", lambda: self.client.get(f"/storage/download/{file_id}/"))
        modified = parsedate_to_datetime(download.headers["last-modified"])
        seen.note("age", (made - modified).total_seconds() // 1)
        again = self.send(body).json()["id"]
        second = self.settled(again)
        seen.looks.add(f"the same of one's own: {second['duplicate_of'] == file_id}")
        for name in (again, file_id):
            seen.timed("trash", lambda name=name: self.client.post(f"/api/files/{name}/trash/"))  # type: ignore[misc]
            seen.timed("delete", lambda name=name: self.client.delete(f"/api/files/{name}/"))  # type: ignore[misc]


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    with running_site(folder, REGISTRATION_ENABLED="true", MIN_FREE_SPACE="10MB") as running:
        yield running


def test_it_works(site: Site) -> None:
    """200 files of another and 200 that nobody has, in random order: no answer and no duration tells which is which."""
    chance = random.Random(7)
    theirs = [b"%PDF-1.4\n" + chance.randbytes(SIZE) for _pair in range(PAIRS)]
    victim, curious = Member(site, "victim"), Member(site, "curious")
    for body in theirs:
        assert victim.send(body).status_code == 201
    wait_for(lambda: site.unsettled() == 0, 120, "all are checked")
    known, new = Observed(), Observed()
    for number, body in enumerate(theirs):
        pair = [(body, known), (b"%PDF-1.4\n" + chance.randbytes(SIZE), new)]
        chance.shuffle(pair)
        for sent, seen in pair:
            curious.look(sent, seen)
        if number % 50 == 49:
            curious.log_in()
    victim.close()
    curious.close()
    found = {what: auc(known.seconds[what], new.seconds[what]) for what in known.seconds}
    print({what: round(value, 3) for what, value in found.items()})
    assert known.looks == new.looks
    assert max(max(value, 1 - value) for value in found.values()) < BAR, found


def test_the_bar_sees_a_difference() -> None:
    """A tenth of a standard deviation passes; a half does not."""
    chance = random.Random(1)
    first = [chance.gauss(0, 1) for _ in range(PAIRS)]
    assert auc(first, [value + 0.5 for value in first]) < 1 - BAR
    assert auc(first, first) == 0.5
    assert auc([1.0, 1.0], [1.0, 0.0]) == 0.75
