"""What django-ninja's document leaves out: problems, limits, repeated writes, rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ninja import NinjaAPI

from regulars.server.core.api.problems import KINDS, MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details, RFC 9457. `code` is stable; `title` and `detail` follow "
    "Accept-Language.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(KINDS)},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["detail"],
            },
        },
    },
}
ALWAYS = ("malformed", "unauthorized", "forbidden", "too-many-requests", "broken")
WRITING = ("under-way", "too-large", "unsupported-media-type", "busy")
DESCRIPTIONS = {
    400: "The body is no JSON, or the address or a header cannot be read.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key lacks the right.",
    404: "Nothing has this id, or nothing that the key reaches.",
    409: "The same request is being worked on, or a rule forbids it now.",
    413: "The body is larger than 10 MB.",
    415: "The body is not application/json.",
    422: "A value has a wrong shape, or the Idempotency-Key belongs to another request.",
    429: "The key was used too often in this minute.",
    500: "Our fault; nothing was changed.",
    503: "A large load is being stored; nothing was changed.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
    "description": "Your own name for this request. Repeated with the same body within seven "
    "days it changes nothing and gets the first answer, byte for byte; with another body 422; "
    "while the first is at work 409. A request that failed left nothing and may be repeated.",
    "example": "pos-7-2026-11-22-000184",
}
KNOWN = "Nothing else than the ETag of an earlier answer says, sent as If-None-Match."
LIMITS = {
    "RateLimit-Limit": "Requests that the key may make in a minute.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "Seconds until the next minute begins.",
}


def complete(told: Any, api: NinjaAPI) -> Any:
    """Add to the generated document what holds for every operation."""
    told["components"]["schemas"]["Problem"] = PROBLEM
    rights = _rights(api)
    for path, method, operation in operations(told):
        codes = [*ALWAYS]
        needed = rights.get(operation["operationId"], ())
        if "{" in path or any(right.startswith("work.") for right in needed):
            codes.append("not-found")
        if operation.get("parameters") or "requestBody" in operation:
            codes.append("invalid")
        if method == "post":
            codes += WRITING
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        _answers(operation, codes)
        if method == "get":
            operation["responses"]["304"] = {"description": KNOWN}
        if needed:
            operation["x-rights"] = list(needed)
            operation["description"] = (
                f"{operation.get('description', '')}\n\nThe key needs: {' or '.join(needed)}."
            ).strip()
    return told


def operations(told: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, operation) of a document."""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _answers(operation: dict[str, Any], codes: list[str]) -> None:
    answers = operation["responses"]
    for status in sorted({KINDS[code][0] for code in codes}):
        matching = [code for code in codes if KINDS[code][0] == status]
        answers[status] = {
            "description": DESCRIPTIONS[status],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": _example(matching[0]),
                }
            },
        }
    for status, answer in answers.items():
        if int(status) < 300:
            answer["headers"] = {
                name: {"description": words, "schema": {"type": "integer"}}
                for name, words in LIMITS.items()
            }


def _example(code: str) -> dict[str, Any]:
    status, title = KINDS[code]
    return {
        "type": f"/api/v1/docs#problem-{code}",
        "title": str(title),
        "status": status,
        "code": code,
        "detail": DESCRIPTIONS[status],
    }


def _rights(api: NinjaAPI) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                for guard in operation.auth_callbacks:
                    found[name] = tuple(map(str, getattr(guard, "rights", ())))
    return found
