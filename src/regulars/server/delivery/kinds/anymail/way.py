"""The way that calls of anymail go: ours, with its checks and its mark."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import World


class Way(BaseAdapter):
    """Lets requests call the way that our own calls go."""

    def __init__(self, world: World, mark: Callable[[], bool], key: str) -> None:
        super().__init__()
        self.world, self.mark, self.key = world, mark, key
        self.outcome: Outcome | None = None

    def send(  # what requests adds (proxies, patience, trust) is not for others to say
        self, request: requests.PreparedRequest, *_given: Any, **_more: Any
    ) -> requests.Response:
        if self.outcome is not None:
            raise requests.ConnectionError("One call a message.")
        headers = {name: str(value) for name, value in request.headers.items()}
        if self.key:
            headers["Idempotency-Key"] = self.key
        self.outcome = wire.call(
            self.world,
            str(request.url),
            method=str(request.method),
            body=_bytes(request.body),
            headers=headers,
            mark=self.mark,
        )
        if self.outcome.status is None:
            raise requests.ConnectionError(self.outcome.problem)
        return _response(self.outcome, request)

    def close(self) -> None:
        pass


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b""


def _response(outcome: Outcome, request: requests.PreparedRequest) -> requests.Response:
    answer = requests.Response()
    answer.status_code = outcome.status or 0
    answer.headers = CaseInsensitiveDict(outcome.headers)
    answer.raw, answer.request, answer.url = (
        io.BytesIO(outcome.body),
        request,
        request.url or "",
    )
    answer.encoding = "utf-8"
    return answer
