"""Returned mail (RFC 3464) and complaints (RFC 5965) as events that name their message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message as Letter
from email.policy import SMTP
from email.utils import getaddresses

from regulars.server.delivery.kinds.heard import Event, Happened

PERMANENT = re.compile(r"^5\.")
NO_MAILBOX = re.compile(r"^5\.1\.(1|2|3|6|10)$")


def read(raw: bytes, *, verp: str) -> tuple[Event, ...]:
    """Events of one returned letter; none where it is an ordinary one."""
    letter = message_from_bytes(raw, policy=SMTP)
    if letter.get_content_type() != "multipart/report":
        return ()
    parts = list(letter.walk())
    key, id = _key(parts, verp), _original(parts)
    kind = str(letter.get_param("report-type") or "").lower()
    rows = [block for part in parts for block in _blocks(part)]
    if kind == "feedback-report":
        return tuple(_complaint(row, key, id) for row in rows if "Feedback-Type" in row)[:1]
    found = (_returned(row, key, id) for row in rows if "Action" in row)
    return tuple(event for event in found if event is not None)


def _blocks(part: Letter) -> list[Letter]:
    """The groups of fields of a report; the parser keeps each as a letter without a body."""
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        groups = part.get_payload()
        return (
            [each for each in groups if isinstance(each, Letter)]
            if isinstance(groups, list)
            else []
        )
    if kind == "message/feedback-report":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(inner, Letter):
            return [inner]
        return [message_from_bytes(str(payload).encode(), policy=SMTP)]
    return []


def _returned(row: Letter, key: str, id: str) -> Event | None:
    action, status = str(row["Action"]).strip().lower(), str(row.get("Status", "")).strip()
    if action not in ("failed", "delivered"):
        return None  # delayed, relayed, expanded: nothing has ended
    said = str(row.get("Diagnostic-Code", ""))
    what = Happened.DELIVERED
    if action == "failed":
        what = Happened.BOUNCED if NO_MAILBOX.match(status) else Happened.FAILED
    address = str(row.get("Final-Recipient", "")).rpartition(";")[2].strip()
    return Event(
        what, once=f"{action}:{key or id}:{status}", id=id, key=key, address=address,
        code=status, said=" ".join(said.split())[:200],
    )  # fmt: skip


def _complaint(row: Letter, key: str, id: str) -> Event:
    address = str(row.get("Original-Rcpt-To", "")).strip().strip("<>")
    return Event(
        Happened.COMPLAINED, once=f"complained:{key or id or address}", id=id, key=key,
        address=address, code=str(row["Feedback-Type"]).strip(),
    )  # fmt: skip


def _key(parts: Sequence[Letter], verp: str) -> str:
    """Our key, from the address that the letter was returned to."""
    name, _at, domain = verp.rpartition("@")
    if not name:
        return ""
    fields = [str(value) for part in parts for field in ("To", "Delivered-To", "X-Original-To",
              "Return-Path") for value in part.get_all(field, [])]  # fmt: skip
    for _name, address in getaddresses(fields):
        local, _at, place = address.rpartition("@")
        if place.lower() == domain.lower() and local.startswith(f"{name}+"):
            return local.removeprefix(f"{name}+")
    return ""


def _original(parts: Sequence[Letter]) -> str:
    """The Message-ID of the letter that came back inside."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            part = message_from_bytes(str(part.get_payload()).encode(), policy=SMTP)
        elif part.get_content_type() == "multipart/report":
            continue
        if part.get("Message-ID"):
            return str(part["Message-ID"]).strip().strip("<>")
    return ""
