"""What providers tell, as anymail's views read it, in our words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.anymail.providers import KEY
from regulars.server.delivery.kinds.heard import Call, Event, Happened


def request(call: Call) -> WSGIRequest:
    environ: dict[str, Any] = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers.items()
    }
    return WSGIRequest(
        environ
        | {
            "REQUEST_METHOD": call.method,
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": call.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(call.body)),
            "wsgi.input": io.BytesIO(call.body),
            "wsgi.url_scheme": "https",
        }
    )


def event(told: Any) -> Event | None:
    what = _happened(told)
    if what is None:
        return None
    id = str(told.message_id or "").strip("<>")
    once = (
        _own_id(told.esp_event)
        or told.event_id
        or f"{told.event_type}:{id}:{told.recipient}:{told.timestamp}"
    )
    return Event(
        what,
        once=str(once)[:200],
        id=id,
        key=str((told.metadata or {}).get(KEY, "")),
        address=told.recipient or "",
        at=told.timestamp,
        code=str(told.reject_reason or told.event_type),
        said=wire.brief(told.mta_response or told.description or ""),
    )


def _own_id(event: Any) -> str:
    """Mailgun's own id of an event; anymail gives the token of the call, which may differ."""
    inner = event.get("event-data") if isinstance(event, Mapping) else None
    return str(inner.get("id", "")) if isinstance(inner, Mapping) else ""


def _happened(told: Any) -> Happened | None:
    if told.event_type in ("bounced", "rejected"):
        if told.reject_reason in ("unsubscribed", "spam"):
            return Happened.STOPPED
        gone = told.reject_reason in ("bounced", "invalid") and not _soft(told.esp_event)
        return Happened.BOUNCED if gone else Happened.FAILED
    return {
        "delivered": Happened.DELIVERED,
        "failed": Happened.FAILED,
        "complained": Happened.COMPLAINED,
        "unsubscribed": Happened.STOPPED,
        "clicked": Happened.CLICKED,
    }.get(told.event_type)


def _soft(event: Any) -> bool:
    """A full mailbox and the like, which anymail does not tell from one that is not there."""
    if not isinstance(event, Mapping):
        return False
    words = {str(event.get(name, "")).lower() for name in ("Type", "event", "hard_bounce")}
    return bool(words & {"softbounce", "soft_bounce", "false"})
