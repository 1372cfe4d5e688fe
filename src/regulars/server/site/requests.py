"""Requests as every page and address reads them: in UTF-8, whatever they claim.

Django decodes an address and a form with the `charset` of Content-Type, and does so while it
makes the request, where no answer can be given any more. "hex" is one of Python's codecs too,
and none of text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """A request whose Content-Type may say anything."""

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):  # a parameter in a writing that nobody knows
            found = "", {}
        self.content_type, self.content_params = found


class Handler(WSGIHandler):
    """Answers such requests."""

    request_class = Request


def handler() -> Handler:
    """The application for the web server."""
    django.setup(set_prefix=False)
    return Handler()
