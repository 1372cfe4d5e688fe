"""Files of a case: kept under names of chance, handed out with a note, shredded with it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.complaints.actions.held import held, refuse_involved
from regulars.server.complaints.models import Case, Paper
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers import queries as documents
from regulars.server.customers import rules


@transaction.atomic
def attach(case: Case, content: bytes, *, name: str, by: Person, at: datetime) -> Paper:
    """Keep a file with a case, also with one that is closed.

    :raises customers.BadDocument: it is empty, too large, of a kind that is not kept, or says
        it is what its first bytes are not.
    :raises Involved: the case is about whoever attaches it.
    """
    found = held(case)
    refuse_involved(found, by)
    made = Paper.objects.create(
        case=found,
        name=rules.file_name(name),
        ending=customers.check_file(content, name),
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        stored_as=secrets.token_hex(24),
        added_at=at,
        added_by=by,
    )
    path = documents.kept_at(made.stored_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    audit.record("complaints.paper.added", found, by=by, at=at, size=len(content))
    return made


def hand_out(paper: Paper, *, by: Actor, at: datetime) -> bytes:
    """Read a file and write down who took it.

    :raises BadInput: the file is not there any more, or not what was kept.
    """
    audit.record("complaints.paper.read", paper.case, by=by, at=at, paper=paper.public_id)
    path = documents.kept_at(paper.stored_as)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != paper.digest:
        raise BadInput(_("This file is damaged or gone. Bring it back from a backup."))
    return content


def shred_papers(cases: Iterable[int]) -> int:
    """Delete files of some cases, their bytes once the deletion stands; returns how many."""
    found = list(Paper.objects.filter(case__in=list(cases)))
    for paper in found:
        path = documents.kept_at(paper.stored_as)
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    Paper.objects.filter(pk__in=[paper.pk for paper in found]).delete()
    return len(found)
