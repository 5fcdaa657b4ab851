"""Schemathesis loads this: an answer without a body (204) has no Content-Type to compare with the description."""

from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import CheckContext
from schemathesis.specs.openapi.checks import content_type_conformance


@schemathesis.check
def content_type_of_bodies(ctx: CheckContext, response: Response, case: "Case[Any]") -> bool | None:
    return None if response.status_code == 204 else content_type_conformance(ctx, response, case)
