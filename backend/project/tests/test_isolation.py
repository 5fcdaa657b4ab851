"""Every route of the site, asked by everybody: nobody reaches or learns of what is another's."""

import re
import secrets
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client, SimpleTestCase, TransactionTestCase
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from content.models import Page
from core import redis
from files.models import MediaFile
from files.tests.library import checked, someone
from files.tests.samples import png
from project import sockets
from project.asgi import application
from project.tests.routes import METHODS, PEOPLE, ROUTES, SOCKETS, expected
from storage.models import Server

CSRF = "c" * 32
ELSEWHERE = ("203.0.113.5", 4711)
# The quick tests ask with these; `make faults` with every method.
API_METHODS = ("GET", "POST", "PATCH", "DELETE")
ADMIN_METHODS = ("GET", "POST")
# Whoever has such an address knows the name in it.
CAPABILITY = "media/<path:path>"
_VARYING = {"date", "expires", "x-request-id", "set-cookie", "content-length"}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            assert isinstance(entry, URLPattern)
            yield route


def _some_methods(route: str) -> tuple[str, ...]:
    return ADMIN_METHODS if route.startswith("admin/") else API_METHODS


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


class TableTests(SimpleTestCase):
    def test_it_works(self) -> None:
        """A new route has to say in `routes.py` who may do what."""
        self.assertEqual(sorted(set(routes(get_resolver()))), sorted(ROUTES))
        self.assertEqual(sorted(str(entry.pattern) for entry in sockets.urlpatterns), sorted(SOCKETS))


class Case(TransactionTestCase):
    """The owner has a file and a page is not published; both have names that are nowhere else."""

    def setUp(self) -> None:
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "other": someone("other"),
            "owner": someone("zebra-owner"),
            "aide": someone("aide", is_staff=True),
            "admin": someone("admin", is_staff=True, is_superuser=True),
        }
        self.sessions: dict[str, str] = {}
        owner = self.people["owner"]
        assert owner is not None
        self.file = checked(png(), "zebra-picture.png", owner)
        assert self.file.blob is not None
        self.path = self.file.blob.path
        self.page = Page.objects.create(title="zebra page", is_published=False)
        self.pages_type = ContentType.objects.get_for_model(Page).pk
        self.objects: dict[str, Any] = {
            "group": Group.objects.create(name="zebra group").pk,
            "user": owner.pk,
            "server": Server.objects.local().pk,
            "blob": self.file.blob.pk,
            "mediafile": self.file.pk,
            "page": self.page.pk,
        }
        digests = [self.file.blob.sha256, self.file.blob.md5]
        self.secret = {
            "anonymous": ["zebra", *digests],
            "other": ["zebra", *digests],
            "owner": ["zebra page", "zebra group", self.path],
            "aide": [],
            "admin": [],
        }

    def address(self, route: str) -> str:
        """The route's address for the objects of this test."""
        model = re.match(r"admin/\w+/(\w+)/", route)
        there = self.objects.get(model[1], "") if model else self.page.pk
        values = {
            "<uuid:file_id>": self.file.pk,
            "<int:page_id>": self.page.pk,
            "<path:path>": self.path,
            "<str:size>": "small",
            "<path:content_type_id>": self.pages_type,
            "<path:object_id>": there,
            "<id>": there,
            r"^swagger\.(?P<format>json|yaml)$": "swagger.json",
            r"^swagger\.?(?P<format>json|yaml)/$": "swagger.yaml/",
            "^(?P<app_label>auth|accounts|storage|files|content)/$": "files/",
            "(?P<url>.*)$": "nowhere/",
        }
        for pattern, value in values.items():
            route = route.replace(pattern, str(value))
        return f"/{route}"

    @asynccontextmanager
    async def site(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=application, client=ELSEWHERE)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                yield client
        finally:
            await redis.close_pages()

    async def ask(
        self, site: httpx.AsyncClient, person: str, method: str, address: str, csrf: str = CSRF
    ) -> httpx.Response:
        session = await self.session(person)
        answer = await site.request(
            method, address, headers={"Cookie": f"{session}; csrftoken={CSRF}", "X-CSRFToken": csrf}
        )
        if method not in {"GET", "HEAD", "OPTIONS"}:
            # What somebody may do changes what the next is answered.
            await MediaFile.objects.all().aupdate(deleted_at=None)
        if "logout" in address:
            self.sessions.pop(person, None)
        return answer

    async def session(self, person: str) -> str:
        user = self.people[person]
        if user is not None and person not in self.sessions:
            self.sessions[person] = await sync_to_async(_session_of)(user)
        return self.sessions.get(person, "")

    async def assert_held(self, asked: Iterable[tuple[str, str]]) -> None:
        """Everybody is answered as the table says, and told nothing that is secret from him."""
        wrong = []
        async with self.site() as site:
            for route, method in asked:
                address = self.address(route)
                for person, word in expected(route, method).items():
                    answer = await self.ask(site, person, method, address)
                    if _word(answer) not in word.split("/"):
                        wrong.append(f"{method} {address} by {person}: {_word(answer)} and not {word}")
                    said = f"{answer.headers}{answer.text}".replace(address, "")
                    wrong += [
                        f"{method} {address} tells {person} of {text}"
                        for text in self.secret_from(person, route)
                        if text in said
                    ]
        self.assertEqual(wrong, [])

    def secret_from(self, person: str, route: str) -> list[str]:
        if route == CAPABILITY:
            return []
        # Staff read every file by the API; in the admin they see what they have permissions for.
        return self.secret["other" if person == "aide" and route.startswith("admin/") else person]


def _word(answer: httpx.Response) -> str:
    to_login = answer.status_code == 302 and answer.headers["location"].startswith("/admin/login/")
    return "login" if to_login else str(answer.status_code)


class RouteTests(Case):
    async def test_it_works(self) -> None:
        await self.assert_held((route, method) for route in ROUTES for method in _some_methods(route))

    @pytest.mark.faults
    async def test_every_method(self) -> None:
        await self.assert_held((route, method) for route in ROUTES for method in METHODS)

    async def test_another_s_object_is_like_one_that_does_not_exist(self) -> None:
        """The same status, headers and body, whatever is asked."""
        kinds = ("<uuid:file_id>", "<int:page_id>", "<path:object_id>", "<id>")
        async with self.site() as site:
            for route in ROUTES:
                if not any(kind in route for kind in kinds):
                    continue
                address = self.address(route)
                nothing = self.nothing_like(address)
                for method in _some_methods(route):
                    theirs = await self.ask(site, "other", method, address)
                    absent = await self.ask(site, "other", method, nothing)
                    with self.subTest(route=route, method=method):
                        self.assertEqual(_shape(theirs, address), _shape(absent, nothing))

    def nothing_like(self, address: str) -> str:
        changed = address.replace(str(self.file.pk), str(uuid.uuid4()))
        return re.sub(r"(?<=/)\d+(?=/)", "99999", changed)

    async def test_a_forged_form(self) -> None:
        """A session counts for nothing in a request that another site's page could have made."""
        forged = secrets.token_hex(16)
        async with self.site() as site:
            for route in ROUTES:
                for method in ("POST", "DELETE"):
                    answer = await self.ask(site, "admin", method, self.address(route), csrf=forged)
                    harmless = {"403", "405", expected(route, method)["anonymous"]}
                    with self.subTest(route=route, method=method):
                        self.assertIn(_word(answer), harmless)


def _shape(answer: httpx.Response, address: str) -> tuple[int, dict[str, str], str]:
    headers = {name: value.replace(address, "…") for name, value in answer.headers.items() if name not in _VARYING}
    # A form has a token that is another each time.
    body = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.text.replace(address, "…"))
    return answer.status_code, headers, body


class SocketTests(Case):
    async def test_it_works(self) -> None:
        for route, answers in SOCKETS.items():
            for person, word in zip(PEOPLE, answers.split(), strict=True):
                with self.subTest(route=route, person=person):
                    self.assertEqual(await self.said(route, person), word)

    async def said(self, route: str, person: str) -> str:
        cookie = (await self.session(person)).encode()
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie)]
        socket = WebsocketCommunicator(application, f"/{route}", headers=headers)
        connected, _protocol = await socket.connect()
        self.assertTrue(connected)
        if await socket.receive_nothing(0.2):
            await socket.disconnect()
            return "open"
        closed = await socket.receive_output()
        return str(closed["code"])
