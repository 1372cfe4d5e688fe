"""One HTTP call of a provider: checked, bounded, marked, and read without guessing.

The addresses of gateways are typed by people, so they go the way of webhooks: what the name
leads to is checked once, and the call goes to the number that was checked.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from regulars.server.core.webhooks import rules, sending
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds.base import (
    End,
    Receipt,
    World,
)
from regulars.server.delivery.kinds.heard import Call, Forged

MOST = 1_000_000  # bytes of an answer; a provider's longest has some thousand
WORDS = 200
CHINA = timezone(timedelta(hours=8))
Mark = Callable[[], bool]


def call(
    world: World,
    url: str,
    *,
    method: str = "POST",
    body: bytes | Callable[[], bytes] = b"",
    headers: Mapping[str, str],
    mark: Mark = lambda: True,
) -> Outcome:
    """Call a provider; `mark` is asked when the line stands and nothing has gone out yet.

    :raises BadAddress: the address has another shape.
    """
    target = rules.address(url, numbers=True)
    return sending.exchange(
        target, method=method, body=body, headers={"User-Agent": "Regulars", **headers},
        most=MOST, mark=mark, own=world.own,
    )  # fmt: skip


def lost(outcome: Outcome) -> Receipt | None:
    """What it means that no answer came; None: one did."""
    if outcome.status is not None:
        return None
    if outcome.problem == "taken":
        return Receipt(End.TAKEN)
    if outcome.begun:
        return Receipt(End.UNKNOWN, code=outcome.problem)
    return Receipt(End.LATER, code=outcome.problem, line=True)


def by_status(outcome: Outcome, *, code: str = "", said: str = "") -> Receipt:
    """What an answer means of which only its status is understood.

    Of a gateway that broke down in between (500, 502, 504) nobody knows whether it had passed
    the message on; one that is too busy (429, 503) has not taken it.
    """
    status = outcome.status or 0
    code, said = code or str(status), brief(said or text(outcome))
    if 300 <= status < 400 or status in (401, 403, 404, 405, 407):  # wrong address or login
        return Receipt(End.LATER, code=code, said=said, line=True)
    if status in (408, 425, 429, 503):
        return Receipt(End.LATER, code=code, said=said, wait=retry_after(outcome))
    if 400 <= status < 500:
        return Receipt(End.REFUSED, code=code, said=said)
    return Receipt(End.UNKNOWN, code=code, said=said)


def retry_after(outcome: Outcome) -> float | None:
    """Seconds that the provider asked to wait, where it said them as a number."""
    value = outcome.headers.get("retry-after", "")
    return min(float(value), 86_400.0) if value.isdecimal() else None


def document(outcome: Outcome) -> dict[str, Any]:
    """The answer as a JSON object; {} where it is none."""
    return parsed(outcome.body)


def parsed(body: bytes) -> dict[str, Any]:
    """Bytes as a JSON object; {} where they are none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def rows(body: bytes) -> list[dict[str, Any]]:
    """Bytes as a JSON list of objects, or one object as a list of one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return []
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, dict)]


def packed(value: Any) -> bytes:
    """A value as JSON bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def text(outcome: Outcome) -> str:
    return outcome.body[: 4 * WORDS].decode("utf-8", "replace")


def china_time(written: Any) -> datetime | None:
    """A time as Chinese providers write it, without a zone; None where it is none."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None


def brief(words: Any) -> str:
    return " ".join(str(words).split())[:WORDS]


def demand_token(given: Call, expected: str) -> None:
    """Providers who do not sign are told an address that only they know.

    :raises Forged: the call does not carry the token of the line, or it has none.
    """
    token = given.query.get("token", "")
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Forged("The call does not carry the token of this line.")
