"""The description of the API: whole, valid, and true of the URL conf."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

import yaml
from adrf import routers, viewsets
from adrf.decorators import api_view as async_api_view
from adrf.views import APIView as AsyncAPIView
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.models import Group
from django.contrib.staticfiles import finders
from django.test import Client, SimpleTestCase, TestCase, TransactionTestCase
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from openapi_spec_validator import OpenAPIV2SpecValidator
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.openapi import describe, page_of
from project.schema import SchemaGenerator, info

METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM = {"$ref": "#/definitions/Problem"}


def rest_views(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every REST view of a URL conf, with its path without the names of parameters; not its `.json` twins."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from rest_views(pattern.url_patterns, route)
        elif getattr(getattr(pattern.callback, "cls", None), "schema", None) is not None and "<format>" not in route:
            yield nameless(simplify_regex(route)), pattern.callback


def nameless(path: str) -> str:
    return re.sub(r"<[^>]*>|\{[^}]*\}", "{}", path)


def handled_methods(view: Any) -> set[str]:
    actions = getattr(view, "actions", None)
    return (set(actions) if actions else {name for name in METHODS if hasattr(view.cls, name)}) & METHODS


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for route, item in spec["paths"].items():
        for method in METHODS & set(item):
            yield f"{method.upper()} {route}", item[method]


class Described:
    """Reads the description as a client would."""

    client: Client

    def spec(self, **headers: str) -> dict[str, Any]:
        response = self.client.get("/swagger.json", headers=headers)
        body: dict[str, Any] = response.json()
        return body


class SchemaTests(Described, TestCase):
    """What is said here of the whole API holds for whatever the URL conf holds."""

    def test_it_works(self) -> None:
        spec = self.spec()

        self.assertEqual((spec["swagger"], spec["info"]["title"]), ("2.0", "Quayside API"))
        self.assertIn("post", spec["paths"]["/api-token-auth/"])

    def test_it_is_valid(self) -> None:
        OpenAPIV2SpecValidator(self.spec()).validate()

    def test_every_endpoint_is_described_with_every_method(self) -> None:
        described = {nameless(route): set(item) & METHODS for route, item in self.spec()["paths"].items()}
        found = list(rest_views(get_resolver().url_patterns))

        self.assertGreaterEqual(len(found), 5)
        for route, view in found:
            with self.subTest(route=route):
                self.assertLessEqual(handled_methods(view), described.get(route, set()))

    def test_operation_ids_are_unique(self) -> None:
        ids = [operation["operationId"] for _name, operation in operations(self.spec())]

        self.assertEqual(sorted(set(ids)), sorted(ids))
        for identifier in ids:
            self.assertRegex(identifier, r"\A[a-z][a-z0-9_]*\Z")

    def test_every_operation_says_what_it_does_and_whose_it_is(self) -> None:
        spec = self.spec()
        tags = {tag["name"] for tag in spec["tags"]}
        for name, operation in operations(spec):
            with self.subTest(operation=name):
                self.assertTrue(operation.get("summary"))
                self.assertLessEqual(set(operation["tags"]), tags)

    def test_every_operation_describes_its_success(self) -> None:
        for name, operation in operations(self.spec()):
            with self.subTest(operation=name):
                good = {status: answer for status, answer in operation["responses"].items() if status[0] in "23"}
                self.assertTrue(good)
                for status, answer in good.items():
                    self.assertTrue("schema" in answer or status in {"204", "302", "303", "304", "307"}, status)

    def test_every_operation_describes_its_errors(self) -> None:
        spec = self.spec()
        for name, operation in operations(spec):
            with self.subTest(operation=name):
                errors = {status: answer for status, answer in operation["responses"].items() if status[0] in "45"}
                self.assertLessEqual({"400", "503"}, set(errors))
                for answer in errors.values():
                    self.assertEqual(answer["schema"], PROBLEM)
                self.assertIn("application/problem+json", operation.get("produces", spec["produces"]))
                if "{" in name:
                    self.assertIn("404", errors)

    def test_every_operation_says_who_may_call_it(self) -> None:
        for name, operation in operations(self.spec()):
            with self.subTest(operation=name):
                self.assertIn(operation["security"], ([], [{"JWT": []}]))
                if operation["security"]:
                    self.assertLessEqual({"401", "403"}, set(operation["responses"]))

    def test_errors_are_as_the_definition_says(self) -> None:
        definition = self.spec()["definitions"]["Problem"]
        body = self.client.post("/api-token-auth/", {}, content_type="application/json").json()

        self.assertEqual(set(body), set(definition["properties"]))
        self.assertEqual(set(definition["properties"]) - set(definition["required"]), {"errors"})

    def test_json_and_yaml_say_the_same(self) -> None:
        for route in ("/swagger.yaml", "/swagger.yaml/", "/swaggeryaml/"):
            with self.subTest(route=route):
                response = self.client.get(route)
                self.assertEqual(response["Content-Type"], "application/yaml")
                self.assertEqual(yaml.safe_load(response.content), self.spec())
        self.assertEqual(self.client.get("/swagger.json/").json(), self.spec())

    def test_no_host_is_named(self) -> None:
        """So the pages ask the site they were loaded from, by whatever name it was reached."""
        self.assertFalse({"host", "schemes"} & set(self.spec()))

    def test_an_unchanged_document_is_not_sent_again(self) -> None:
        first = self.client.get("/swagger.json")
        with self.assertNumQueries(0):
            again = self.client.get("/swagger.json", headers={"If-None-Match": first["ETag"]})

        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_another_language_changes_words_only(self) -> None:
        english, russian = self.spec(**{"Accept-Language": "en"}), self.spec(**{"Accept-Language": "ru"})

        self.assertEqual(set(english["paths"]), set(russian["paths"]))
        self.assertEqual(set(english["definitions"]), set(russian["definitions"]))

    def test_another_format_is_404(self) -> None:
        self.assertEqual(self.client.get("/swagger.xml").status_code, 404)


class AccessTests(Described, TransactionTestCase):
    def test_what_needs_a_token_refuses_those_without(self) -> None:
        """The spec's word is compared with what the site does, wherever a path needs no parameters."""
        for route, item in self.spec()["paths"].items():
            for method in METHODS & set(item) if "{" not in route else ():
                with self.subTest(operation=f"{method} {route}"):
                    status = getattr(self.client, method)(route).status_code
                    self.assertEqual(status == 401, bool(item[method]["security"]))


class ReaderTests(SimpleTestCase):
    def test_it_works(self) -> None:
        for route, name in (("/swagger/", "swagger-ui"), ("/redoc/", "redoc")):
            with self.subTest(route=route):
                self.assertContains(self.client.get(route), name)

    def test_every_script_and_style_comes_from_this_site(self) -> None:
        for route in ("/swagger/", "/redoc/"):
            page = self.client.get(route).content.decode()
            addresses = re.findall(r"<(?:script|link|img)[^>]*?\b(?:src|href)=[\"']([^\"']+)", page)
            self.assertTrue(addresses)
            for address in addresses:
                with self.subTest(route=route, address=address):
                    self.assertFalse(urlsplit(address).netloc)
                    self.assertIsNotNone(finders.find(address.removeprefix("/static/")))

    def test_they_read_our_document(self) -> None:
        for route in ("/swagger/", "/redoc/"):
            self.assertContains(self.client.get(route), '"url": "/swagger.json"')

    def test_the_old_address_leads_there(self) -> None:
        self.assertRedirects(self.client.get("/docs/redoc/"), "/redoc/", 301)


class GroupSerializer(serializers.ModelSerializer[Group]):
    class Meta:
        model = Group
        fields = ("id", "name")


class Groups(viewsets.ModelViewSet):
    queryset = Group.objects.all()
    serializer_class = GroupSerializer


class ReadableGroups(viewsets.ReadOnlyModelViewSet):
    queryset = Group.objects.all()
    serializer_class = GroupSerializer
    permission_classes = (IsAuthenticatedOrReadOnly,)


class Plain(APIView):
    @describe(responses={200: page_of(GroupSerializer)})
    def get(self, request: Request) -> Response:
        """List."""
        return Response()


class Asynchronous(AsyncAPIView):
    @describe(responses={200: GroupSerializer})
    async def get(self, request: Request, **kwargs: Any) -> Response:
        """Read."""
        return Response()


class FileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    filename = serializers.CharField()


class Upload(AsyncAPIView):
    @describe(request_body=FileSerializer, responses={201: GroupSerializer})
    async def post(self, request: Request) -> Response:
        """Take a file."""
        return Response()


async def read(request: Request) -> Response:
    """Read by function."""
    return Response()


function = describe(method="get", responses={200: GroupSerializer})(async_api_view(["GET"])(read))


router = routers.DefaultRouter()
router.include_root_view = False
router.register("api/groups", Groups)
router.register("api/readable", ReadableGroups, basename="readable")
urlpatterns = [
    path("", include(router.urls)),
    path("api/by-hand/", ReadableGroups.as_view({"get": "alist"})),
    path("api/by-hand/<int:pk>/", ReadableGroups.as_view({"get": "aretrieve"})),
    path("api/plain/", Plain.as_view()),
    path("api/thing/<uuid:id>/", Asynchronous.as_view()),
    path("api/thing/<uuid:id>/<int:version>/", Asynchronous.as_view()),
    path("api/thing/<slug:name>/of/", Asynchronous.as_view()),
    path("api/upload/", Upload.as_view()),
    path("api/function/", function),
]


class EveryKindOfViewTests(SimpleTestCase):
    """The generator on views of each kind an app may have, those of adrf included."""

    paths: ClassVar[dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.paths = SchemaGenerator(info, url="", patterns=urlpatterns).get_schema().as_dict()["paths"]

    def test_it_works(self) -> None:
        self.assertEqual(
            {nameless(route) for route, _view in rest_views(urlpatterns)}, {nameless(route) for route in self.paths}
        )

    def test_adrf_actions_have_ids_of_their_own(self) -> None:
        found = {operation["operationId"] for _name, operation in operations({"paths": self.paths})}

        self.assertLessEqual(
            {
                "groups_list",
                "groups_create",
                "groups_read",
                "groups_update",
                "groups_partial_update",
                "groups_delete",
                "by_hand_list",
                "by_hand_read",
            },
            found,
        )

    def test_ids_are_unique(self) -> None:
        ids = [operation["operationId"] for _name, operation in operations({"paths": self.paths})]

        self.assertEqual(len(ids), 16)
        self.assertEqual(len(set(ids)), 16)

    def test_lists_are_pages_and_objects_are_not(self) -> None:
        for route in ("/api/groups/", "/api/by-hand/"):
            with self.subTest(route=route):
                get = self.paths[route]["get"]
                self.assertEqual(
                    set(get["responses"]["200"]["schema"]["properties"]), {"count", "next", "previous", "results"}
                )
                self.assertEqual({parameter["name"] for parameter in get["parameters"]}, {"page", "page_size"})
        for route in ("/api/groups/{id}/", "/api/by-hand/{id}/"):
            with self.subTest(route=route):
                get = self.paths[route]["get"]
                self.assertEqual(get["responses"]["200"]["schema"], {"$ref": "#/definitions/Group"})
                self.assertEqual(get["parameters"], [])

    def test_path_parameters_have_the_types_of_the_url_conf(self) -> None:
        def kinds(route: str) -> dict[str, tuple[str, str | None]]:
            return {p["name"]: (p["type"], p.get("format")) for p in self.paths[route]["parameters"]}

        self.assertEqual(kinds("/api/by-hand/{id}/"), {"id": ("integer", None)})
        self.assertEqual(kinds("/api/thing/{id}/{version}/"), {"id": ("string", "uuid"), "version": ("integer", None)})
        self.assertEqual(kinds("/api/thing/{name}/of/"), {"name": ("string", None)})

    def test_reading_is_open_where_anyone_may_read(self) -> None:
        self.assertEqual(self.paths["/api/readable/"]["get"]["security"], [])
        self.assertNotIn("403", self.paths["/api/readable/"]["get"]["responses"])
        self.assertEqual(self.paths["/api/groups/"]["get"]["security"], [{"JWT": []}])
        self.assertIn("403", self.paths["/api/groups/"]["get"]["responses"])

    def test_files_are_sent_as_forms_and_the_rest_as_json(self) -> None:
        upload = self.paths["/api/upload/"]["post"]
        self.assertEqual(
            {(p["name"], p["in"]) for p in upload["parameters"]}, {("file", "formData"), ("filename", "formData")}
        )
        self.assertIn("multipart/form-data", upload["consumes"])

        create = self.paths["/api/groups/"]["post"]
        self.assertEqual([p["in"] for p in create["parameters"]], ["body"])
        self.assertNotIn("consumes", create)
