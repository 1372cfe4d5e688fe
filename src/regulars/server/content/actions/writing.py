"""A text is written: its draft, and whether it is in use at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries
from regulars.server.content.models import Text, Version
from regulars.server.content.queries.shipped import shipped
from regulars.server.content.rules import reading
from regulars.server.content.rules.shape import Message
from regulars.server.core import audit
from regulars.server.core.models import Person, public_id
from regulars.server.products import queries as products


class BadText(BadInput):
    """A text that cannot be kept; the sentence says what is wrong and where."""


class Submitted(Refused):
    """Somebody is about to decide on this version."""


class NothingInUse(Refused):
    """There is nothing to put away, or nothing was."""


@transaction.atomic
def save_draft(
    kind: str, body: Mapping[str, Any], *, by: Person, at: datetime, code: str = ""
) -> Version:
    """Keep a wording as the draft of a text, a new text without a code.

    :raises BadText: something is missing, unknown, or a field is misspelt.
    :raises Submitted: its last version waits for a decision.
    """
    read = _readable(kind, body)
    text = _text(kind, code, at=at)
    draft = text.versions.filter(state__in=["draft", "submitted"]).first()
    if draft is not None and draft.state == Version.State.SUBMITTED:
        raise Submitted(
            _("Version %(n)s waits for approval. Take it back first, or wait.")
            % {"n": draft.number}
        )
    if draft is None:
        last = text.versions.order_by("-number").first()
        draft = Version(text=text, number=last.number + 1 if last else 1)
    draft.body, draft.written_by, draft.written_at = reading.written(read), by, at
    draft.authors = sorted({*draft.authors, by.pk})
    draft.save()
    audit.record("content.draft.saved", draft, by=by, at=at, text=text.code, n=draft.number)
    return draft


@transaction.atomic
def save_drafts(
    rows: Sequence[tuple[int, str, Mapping[str, Any]]], *, by: Person, at: datetime
) -> list[Version]:
    """Keep messages of a file as drafts: all of them, or none.

    :raises BadText: a row that cannot be kept, by its line.
    :raises Submitted: the version of a row waits for a decision.
    """
    made, known = [], {text.code for text in Text.objects.filter(kind=Text.Kind.MESSAGE)}
    for line, code, body in rows:
        try:
            # A code that nothing here has is one of the company that the file came from.
            given = code if code in known else ""
            made.append(save_draft(Text.Kind.MESSAGE, body, code=given, by=by, at=at))
        except (BadText, Submitted) as error:
            told = _("Row %(line)s: %(wrong)s") % {"line": line, "wrong": error}
            raise BadText(told) from error
    return made


def _readable(kind: str, body: Mapping[str, Any]) -> Any:  # a Body
    try:
        read = reading.read(kind, body)
    except reading.BadContent as error:
        raise BadText(queries.told_problem(error)) from error
    if wrong := queries.misspelt(kind, read):
        raise BadText(" ".join(wrong))
    return _about(read) if isinstance(read, Message) else read


def _about(message: Message) -> Message:
    """A message with the kind of its product, as the catalogue has it now."""
    if not message.product:
        return replace(message, product_kind="")
    found = products.by_code().get(message.product)
    if found is None:
        raise BadText(_("“%(code)s” is not in the catalogue.") % {"code": message.product})
    return replace(message, product_kind=str(found.kind))


def _text(kind: str, code: str, *, at: datetime) -> Text:
    code = code or f"own-{public_id()}"
    known = shipped().get(code)
    if known is not None and known.kind != kind:
        raise _other_kind(code)
    text, _new = Text.objects.get_or_create(code=code, defaults={"kind": kind, "made_at": at})
    if text.kind != kind:
        raise _other_kind(code)
    return Text.objects.select_for_update(of=("self",), no_key=True).get(pk=text.pk)


def _other_kind(code: str) -> BadText:
    return BadText(
        _("“%(code)s” is a text of another kind. Choose another code.") % {"code": code}
    )


@transaction.atomic
def discard(version: Version, *, by: Person, at: datetime) -> None:
    """Throw a draft away; with it a text that has nothing else.

    :raises Submitted: it is no draft any more.
    """
    gone = Version.objects.filter(pk=version.pk, state=Version.State.DRAFT)
    if not gone.exists():
        raise Submitted(_("Only a draft can be thrown away. Load the page again."))
    audit.record("content.draft.discarded", version, by=by, at=at, text=version.text.code)
    gone.delete()
    if not version.text.versions.exists() and version.text.put_away_at is None:
        version.text.delete()


@transaction.atomic
def put_away(kind: str, code: str, *, by: Person, at: datetime) -> Text:
    """Take a text out of use, a shipped one too; its versions stay on record.

    :raises NothingInUse: it is away already.
    """
    text = _text(kind, code, at=at)
    if text.put_away_at is not None:
        raise NothingInUse(_("It is out of use already."))
    text.put_away_at, text.put_away_by = at, by
    text.save(update_fields=["put_away_at", "put_away_by"])
    audit.record("content.text.put_away", text, by=by, at=at, text=text.code)
    return text


@transaction.atomic
def bring_back(text: Text, *, by: Person, at: datetime) -> None:
    """Put a text in use again, as it was.

    :raises NothingInUse: it is in use.
    """
    if not Text.objects.filter(pk=text.pk, put_away_at__isnull=False).update(
        put_away_at=None, put_away_by=None
    ):
        raise NothingInUse(_("It is in use already."))
    audit.record("content.text.brought_back", text, by=by, at=at, text=text.code)
