"""Files of a customer: kept under names of chance, handed out with a note, shredded."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers import rules
from regulars.server.customers.models import Customer, Document
from regulars.server.customers.queries.documents import path_of


class BadDocument(BadInput):
    """A file that is not kept: its kind, its size or its content."""


@transaction.atomic
def attach(
    customer: Customer,
    content: bytes,
    *,
    name: str,
    by: Actor,
    at: datetime,
    kind: str = Document.Kind.OTHER,
    note: str = "",
) -> Document:
    """Keep a file of a customer's.

    :raises BadDocument: it is empty, too large, of a kind that is not kept, or says it is
        what its first bytes are not.
    """
    ending = check_file(content, name)
    document = Document.objects.create(
        customer=customer,
        kind=kind,
        name=rules.file_name(name),
        ending=ending,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        stored_as=secrets.token_hex(24),
        note=note,
        added_at=at,
        added_by=by if isinstance(by, Person) else None,
    )
    path = path_of(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    audit.record("customers.document.added", document, by=by, at=at, size=len(content))
    return document


def hand_out(document: Document, *, by: Actor, at: datetime) -> bytes:
    """Read a file and write down who took it.

    :raises BadDocument: the file is not there any more, or not what was kept.
    """
    audit.record(
        "customers.document.read", document, by=by, at=at, customer=document.customer_id
    )
    path = path_of(document)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != document.digest:
        raise BadDocument(_("This file is damaged or gone. Bring it back from a backup."))
    return content


@transaction.atomic
def discard_document(document: Document, *, by: Actor, at: datetime) -> None:
    """Take a file away for good."""
    audit.record(
        "customers.document.removed", document, by=by, at=at, customer=document.customer_id
    )
    _shred(document)
    document.delete()


def shred_documents(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    """Take the bytes of all files of a customer off the disk when the erasure stands."""
    found = list(Document.objects.filter(customer=customer_id))
    for document in found:
        _shred(document)
    return {"customers.documents": len(found)}


def _shred(document: Document) -> None:
    path = path_of(document)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def check_file(content: bytes, name: str) -> str:
    """Return the ending of a file that may be kept.

    :raises BadDocument: it is empty, too large, of a kind that is not kept, or says it is
        what its first bytes are not.
    """
    if not content:
        raise BadDocument(_("The file is empty. Choose another."))
    if len(content) > rules.LARGEST:
        raise BadDocument(
            _("The file is larger than %(most)s MB. Make it smaller.")
            % {"most": rules.LARGEST >> 20}
        )
    ending = rules.ending_of(name)
    if ending not in rules.ENDINGS:
        raise BadDocument(
            _("Files of the kind “%(kind)s” are not kept. Choose one of: %(known)s.")
            % {"kind": ending or name, "known": ", ".join(sorted(rules.ENDINGS))}
        )
    if not rules.looks_like(content, ending):
        raise BadDocument(
            _("This file is called .%(kind)s but is something else. Save it anew.")
            % {"kind": ending}
        )
    return ending
