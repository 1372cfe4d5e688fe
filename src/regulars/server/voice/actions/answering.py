"""An answer is taken once, whichever way it came; a low or a high score opens a loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor, System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.voice.models import (
    Answer,
    Comment,
    Invitation,
    Loop,
    Question,
    Reply,
    Version,
    Wave,
)
from regulars.server.voice.rules import LONGEST_TEXT, NEWS, TEXT, fits, gaps, scores, topics

SALT = "voice.invitation"
SURVEY = "survey"  # the source of comments that stand in answers
# Working days until a low score is dealt with, and a high one (triggers.md: 2 wd, 14 d).
DUE = {Loop.Kind.DETRACTOR: 2, Loop.Kind.PROMOTER: 10}
STRANGER = System("survey-link")
State = Invitation.State


class NoLink(BadInput):
    """The link is not one of ours, or was cut off."""


class LinkOver(Refused):
    """The link cannot be answered any more."""


class Unanswered(BadInput):
    """Something that must be answered is not, or cannot be an answer."""


@dataclass(frozen=True)
class Way:
    """How an answer came.

    Attributes
    ----------
    at, learned_at
        When it was given, and when we came to know of it.
    source, key
        Of a file: its name, and what makes the answer one.
    """

    mode: str
    at: datetime
    learned_at: datetime
    language: str = ""
    taken_by: Person | None = None
    source: str = ""
    key: str = ""


Given = Mapping[str, Any]  # a question's public id -> a number or a text


def token(invitation: Invitation) -> str:
    """What stands in the link of an invitation: nobody else can make one."""
    return signing.Signer(salt=SALT).sign(invitation.public_id)


def behind(signed: str) -> Invitation:
    """The invitation of a link.

    :raises NoLink: it is not one of ours.
    """
    try:
        public_id = signing.Signer(salt=SALT).unsign(signed)
    except signing.BadSignature as error:
        raise NoLink(_("This link is not complete. Open it from the message again.")) from error
    found = Invitation.objects.select_related("wave__version__survey").filter(
        public_id=public_id
    )
    one = found.first()
    if one is None:
        raise NoLink(_("This link is of a survey that is not here any more."))
    return one


def may_answer(invitation: Invitation, at: datetime) -> bool:
    """Whether the link still takes an answer."""
    wave = invitation.wave
    return (
        invitation.state in Invitation.OPEN
        and wave.state == Wave.State.OPEN
        and wave.ends_on >= core.local_date(at)
    )


def answer_link(signed: str, given: Given, *, language: str, at: datetime) -> Answer | None:
    """Take the answer of a link. Sent twice it counts once: None, and nothing changes.

    :raises NoLink: the link is not one of ours.
    :raises LinkOver: the wave is over, or the invitation was taken back.
    :raises Unanswered: something is missing.
    """
    with scope.everything():
        found = behind(signed)
        held = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if held.state == State.ANSWERED:
            return None
        if not may_answer(held, at):
            raise LinkOver(_("This survey is over. Thank you for opening it."))
        way = Way(Answer.Mode.LINK, at=at, learned_at=at, language=language)
        return of_invitation(held, given, way, by=STRANGER)


@transaction.atomic
def take(
    version: Version,
    given: Given,
    way: Way,
    *,
    customer: Customer | None,
    by: Actor,
    invitation: Invitation | None = None,
) -> Answer:
    """Write an answer with its numbers, comments and the loop it opens.

    :raises Unanswered: something is missing or out of its scale.
    """
    questions = list(version.questions.all())
    numbers, texts = _read(questions, given, whole=way.mode != Answer.Mode.FILE)
    mark = tiers.tiers_of([customer.pk]).get(customer.pk) if customer else None
    branch = customer.book.org_unit if customer else None
    made = Answer.objects.create(
        version=version, wave=invitation.wave if invitation else None, invitation=invitation,
        customer=customer, mode=way.mode, at=way.at, learned_at=way.learned_at,
        taken_by=way.taken_by, language=way.language, source=way.source, key=way.key,
        level=mark.level if mark else None, branch=branch,
    )  # fmt: skip
    Reply.objects.bulk_create(
        Reply(answer=made, customer=customer, question=question, value=value)
        for question, value in numbers
    )
    verdict, scale, score = _verdict(numbers)
    Comment.objects.bulk_create(
        Comment(
            answer=made, question=question, customer=customer, source=SURVEY, at=way.at,
            text=text, topics=topics.topics(text), branch=branch,
            negative=verdict == "detractor" or (not scale and topics.is_negative(text)),
        )
        for question, text in texts
    )  # fmt: skip
    if customer and verdict and way.at >= way.learned_at - NEWS:
        _open_loop(made, customer, verdict, scale, score)
    audit.record("voice.answer.taken", made, by=by, at=way.learned_at, mode=way.mode)
    return made


def of_invitation(held: Invitation, given: Given, way: Way, *, by: Actor) -> Answer:
    """Take the answer of somebody who was asked; the invitation is held."""
    # Two who became one were both asked: whoever answers by either link is the one on file.
    customer = held.customer.merged_into or held.customer
    made = take(held.wave.version, given, way, customer=customer, invitation=held, by=by)
    held.state, held.answered_at = State.ANSWERED, way.at
    held.handed_at = held.handed_at or way.at
    held.save(update_fields=["state", "answered_at", "handed_at"])
    return made


def _read(
    questions: list[Question], given: Given, *, whole: bool
) -> tuple[list[tuple[Question, int]], list[tuple[Question, str]]]:
    """Numbers and texts by question; a file may leave questions out, a person may not."""
    numbers: list[tuple[Question, int]] = []
    texts: list[tuple[Question, str]] = []
    missing = 0
    for question in questions:
        said = given.get(question.public_id)
        if said in (None, ""):
            missing += question.required
        elif question.kind == TEXT:
            texts.append((question, str(said).strip()[:LONGEST_TEXT]))
        else:
            numbers.append((question, _number(question, said, brought=not whole)))
    if whole and missing:
        said_so = ngettext(
            "%(n)s question is not answered yet.",
            "%(n)s questions are not answered yet.",
            missing,
        )
        raise Unanswered(said_so % {"n": missing})
    texts = [(question, text) for question, text in texts if text]
    if not numbers and not texts:
        raise Unanswered(_("Nothing is answered yet."))
    return numbers, texts


def _number(question: Question, said: Any, *, brought: bool) -> int:
    try:
        value = int(str(said).strip())
    except ValueError:
        value = -99
    if not fits(question.kind, value, question.choices, brought=brought):
        told = _("“%(said)s” is no answer to “%(question)s”.")
        raise Unanswered(told % {"said": str(said)[:40], "question": question})
    return value


def _verdict(numbers: list[tuple[Question, int]]) -> tuple[str, str, int]:
    """The score that decides: of NPS before that of CSAT, of several the lowest.

    Where neither says anything, a touch point clearly below what was expected does.
    """
    verdict, scale, score = "", "", 0
    for kind in ("nps", "csat"):
        values = [value for question, value in numbers if question.kind == kind]
        if values:
            score = min(values)
            verdict, scale = scores.verdict(kind, score), kind
            break
    if not verdict:
        said = [gaps.Said(0, one.point, one.kind, value) for one, value in numbers]
        if gap := gaps.disappointed(said):
            return Loop.Kind.DETRACTOR, gap.scale, round(gap.gap.value)
    return verdict, scale, score


def _open_loop(
    answer: Answer, customer: Customer, verdict: str, scale: str, score: int
) -> None:
    kind = Loop.Kind(verdict)
    day = core.local_date(answer.learned_at)
    Loop.objects.create(
        answer=answer, customer=customer, kind=kind, scale=scale, score=score,
        opened_at=answer.learned_at, due_on=core.work_calendar().add_workdays(day, DUE[kind]),
    )  # fmt: skip
