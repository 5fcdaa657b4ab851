"""Who may do what, route by route: the whole site in one table, which `test_isolation.py` holds it to.

An answer is five words, for an anonymous visitor, a user whose objects these are not, their owner, somebody of the
staff without any permission, and an administrator. A word is a status, `login` for a redirect to the login page, or two
statuses with a stroke between them where it depends on the machine. Requests have no body, so 400 and 409 mean that a
person was let in and the request was looked at.
"""

from collections.abc import Mapping

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = ("anonymous", "other", "owner", "aide", "admin")
# Words separated by spaces: methods → answers. `*` is for the methods that are not named.
Rule = Mapping[str, str]


def everyone(answer: str) -> str:
    return " ".join([answer] * len(PEOPLE))


_READ_ONLY = {"GET HEAD": everyone("200"), "*": everyone("405")}
_PUBLIC_PAGE = {"GET HEAD OPTIONS": everyone("200"), "*": everyone("405")}
_CREDENTIALS = {"POST": everyone("400"), "OPTIONS": everyone("200"), "*": everyone("405")}
_LOGGED_IN = "401 200 200 200 200"
_NO_METHOD = "401 405 405 405 405"
_OWN_LIST = {"GET HEAD OPTIONS": _LOGGED_IN, "*": _NO_METHOD}


def _own(**answers: str) -> Rule:
    """An endpoint for one file. OPTIONS tells what the endpoint is, and does not look for the file."""
    return {"OPTIONS": _LOGGED_IN, **answers, "*": _NO_METHOD}


def _staff(aide: str, admin: str) -> str:
    return f"login login login {aide} {admin}"


_ADMIN = {"*": _staff("403", "200")}
_NOBODY = {"*": _staff("403", "403")}
_LOOK_ONLY = {"POST": _staff("403", "403"), "*": _staff("403", "200")}
_BUTTON = {"POST": _staff("403", "302"), "*": _staff("405", "405")}


def _model(path: str, **others: Rule) -> dict[str, Rule]:
    """The admin's six pages of a model."""
    pages = {"": _ADMIN, "add/": _ADMIN, **{f"<path:object_id>/{page}/": _ADMIN for page in _OBJECT_PAGES}}
    pages["<path:object_id>/"] = {"*": _staff("302", "302")}
    named = {"add": "add/", **{page: f"<path:object_id>/{page}/" for page in _OBJECT_PAGES}}
    return {
        f"admin/{path}/{page}": rule for page, rule in {**pages, **{named[k]: v for k, v in others.items()}}.items()
    }


_OBJECT_PAGES = ("history", "delete", "change")

ROUTES: Mapping[str, Rule] = {
    "": _READ_ONLY,
    "pages/<int:page_id>/": {"GET HEAD": "404 404 404 404 200", "*": everyone("405")},
    "api/page/content/": {"GET HEAD": everyone("200"), "OPTIONS": everyone("204"), "*": everyone("405")},
    "api/page/content/<int:page_id>/": {
        "GET HEAD": everyone("404"),
        "OPTIONS": everyone("204"),
        "*": everyone("405"),
    },
    "api-token-auth/": _CREDENTIALS,
    "api-token-refresh/": _CREDENTIALS,
    "api-token-logout/": _CREDENTIALS,
    "register/": {"*": everyone("404")},
    "api/me/": _OWN_LIST,
    "api/files/": {"GET HEAD OPTIONS": _LOGGED_IN, "POST": "401 400 400 400 400", "*": _NO_METHOD},
    "api/files/<uuid:file_id>/": _own(
        **{"GET HEAD": "401 404 200 200 200", "PATCH": "401 404 400 400 400", "DELETE": "401 404 409 409 409"}
    ),
    "api/files/<uuid:file_id>/replace/": _own(POST="401 404 400 400 400"),
    "api/files/<uuid:file_id>/trash/": _own(POST="401 404 200 200 200"),
    "api/files/<uuid:file_id>/restore/": _own(POST="401 404 200 200 200"),
    "api/files/<uuid:file_id>/retry/": _own(POST="401 404 409 409 409"),
    "api/files/<uuid:file_id>/usage/": _own(**{"GET HEAD": "401 404 200 200 200"}),
    "api/duplicates/": _OWN_LIST,
    "storage/files/": _OWN_LIST,
    "storage/download/<uuid:file_id>/": _own(**{"GET HEAD": "401 404 200 200 200"}),
    # The address is the permission: nobody is told it but staff and the readers of a published page.
    "media/<path:path>": _READ_ONLY,
    r"^swagger\.(?P<format>json|yaml)$": _READ_ONLY,
    r"^swagger\.?(?P<format>json|yaml)/$": _READ_ONLY,
    "swagger/": _PUBLIC_PAGE,
    "redoc/": _PUBLIC_PAGE,
    "docs/redoc/": {"*": everyone("301")},
    "i18n/setlang/": {"*": everyone("302")},
    "admin/": {"*": _staff("200", "200")},
    "admin/login/": {"GET": "200 200 200 302 302", "PATCH DELETE": everyone("405"), "*": everyone("200")},
    "admin/logout/": {"OPTIONS POST": "302 302 302 200 200", "*": "302 302 302 405 405"},
    "admin/password_change/": {"PATCH DELETE": _staff("405", "405"), "*": _staff("200", "200")},
    "admin/password_change/done/": {"GET HEAD OPTIONS": _staff("200", "200"), "*": _staff("405", "405")},
    # Without the name of a field it is refused to everybody.
    "admin/autocomplete/": {
        "GET HEAD": _staff("403", "403"),
        "OPTIONS": _staff("200", "200"),
        "*": _staff("405", "405"),
    },
    "admin/jsi18n/": {"GET HEAD OPTIONS": _staff("200", "200"), "*": _staff("405", "405")},
    "admin/r/<path:content_type_id>/<path:object_id>/": {"*": _staff("404", "404")},
    "admin/accounts/user/<id>/password/": _ADMIN,
    **_model("auth/group"),
    **_model("accounts/user"),
    **_model("storage/server", add=_NOBODY, delete=_NOBODY, change=_LOOK_ONLY),
    **_model("storage/blob", add=_NOBODY, delete=_NOBODY, change=_LOOK_ONLY),
    **_model("files/mediafile", delete={"POST": _staff("403", "302"), "*": _staff("403", "200")}),
    **_model("content/page"),
    **{f"admin/files/mediafile/<uuid:file_id>/{name}/": _BUTTON for name in ("retry", "restore", "replace")},
    "admin/files/mediafile/<uuid:file_id>/thumbnail/<str:size>/": {
        "GET HEAD": _staff("404", "200"),
        "*": _staff("405", "405"),
    },
    "admin/^(?P<app_label>auth|accounts|storage|files|content)/$": {"*": _staff("404", "200")},
    "admin/(?P<url>.*)$": {"*": _staff("404", "404")},
    "healthz": {"*": everyone("200")},
    "readyz": {"*": everyone("200/503")},
    # For this machine only, and the people of the test come from elsewhere.
    "metrics": {"*": everyone("404")},
}

# What is said to each of them by a WebSocket: `open`, or the code it closes with.
SOCKETS: Mapping[str, str] = {"ws/library/": "4403 4403 4403 open open"}


def expected(route: str, method: str) -> dict[str, str]:
    """The answer to each of PEOPLE."""
    rule = ROUTES[route]
    answer = next((answer for methods, answer in rule.items() if method in methods.split()), rule.get("*", ""))
    return dict(zip(PEOPLE, answer.split(), strict=True))
