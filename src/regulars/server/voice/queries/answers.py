"""Answers one by one: of a customer, one alone, as moments and as what segments ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.segments.queries import Offered, Told
from regulars.server.segments.rules.fields import Field
from regulars.server.voice.models import Answer, Comment, Reply, Survey
from regulars.server.voice.queries.parts import differences
from regulars.server.voice.rules import SCALES
from regulars.server.voice.rules.gaps import (
    ABOVE,
    BELOW,
    COMPARED,
    EQUAL,
    EXPECTED,
    difference_of,
    kind_of,
)


@dataclass(frozen=True)
class Line:
    """One question of an answer."""

    question: Any
    value: int | None = None
    text: str = ""

    @property
    def of(self) -> int | None:
        """The upper end of the scale."""
        return SCALES[self.question.kind][1] if self.question.kind in SCALES else None


@dataclass(frozen=True)
class Shown:
    """One answer with its main score, its class against expectation and its words."""

    answer: Answer
    main: Line | None
    gap: str  # below, equal, above or ""
    lines: tuple[Line, ...]
    words: str


def answer(viewer: Person, public_id: str) -> Answer | None:
    found = Answer.objects.visible_to(viewer).filter(public_id=public_id)
    return found.select_related(
        "customer__book", "version__survey", "wave", "taken_by", "branch"
    ).first()


def answers_after(
    viewer: Person, survey: Survey, *, cursor: str, most: int
) -> list[Answer] | None:
    """Answers from the one after another on, the oldest first; None for a strange cursor."""
    seen = Answer.objects.visible_to(viewer).filter(version__survey=survey)
    if cursor:
        last = seen.filter(public_id=cursor).first()
        if last is None:
            return None
        seen = seen.filter(pk__gt=last.pk)
    return list(seen.select_related("customer").order_by("pk")[:most])


def of_customer(viewer: Person, customer: Customer, *, most: int = 5) -> list[Shown]:
    """The answers of one customer, the newest first."""
    found = Answer.objects.visible_to(viewer).filter(customer=customer)
    rows = found.select_related("version__survey", "wave", "taken_by")
    return [shown(row) for row in rows[:most]]


def words_of_answer(viewer: Person, customer: Customer, public_id: str) -> str:
    """The free words of one answer of a customer; nothing where it is not the viewer's."""
    found = answer(viewer, public_id)
    return shown(found).words if found and found.customer_id == customer.pk else ""


def shown(row: Answer) -> Shown:
    """An answer as pages show it."""
    replies = list(row.replies.select_related("question").order_by("question__place"))
    texts = list(row.comments.select_related("question").order_by("question__place"))
    lines = [_line(each) for each in replies] + [
        Line(each.question, text=each.text) for each in texts
    ]
    lines.sort(key=lambda each: each.question.place)
    scored = [each for each in lines if each.question.kind in SCALES]
    gap = difference_of([(each.question.kind, each.value or 0) for each in scored])
    return Shown(
        row,
        min(scored, key=_rank, default=None),
        kind_of(gap) if gap is not None else "",
        tuple(lines),
        " ".join(each.text for each in texts),
    )


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Answers and comments on a customer's timeline, newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [
        Told(one.answer.at, "messages", _title(one), one.words, _tone(one))
        for one in of_customer(viewer, customer, most=most)
        if one.answer.at < until
    ]
    written = Comment.objects.visible_to(viewer).filter(
        customer=customer, answer__isnull=True, at__lt=until
    )
    found += [
        Told(one.at, "messages", _("Wrote on %(place)s") % {"place": one.source}, one.text)
        for one in written[:most]
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


CLASSES: Mapping[str, Any] = {
    "promoter": gettext_lazy("Promoter (9–10)"),
    "passive": gettext_lazy("Passive (7–8)"),
    "detractor": gettext_lazy("Detractor (0–6)"),
}


def _last_nps(viewer: Person, today: date) -> Any:
    newest = Reply.objects.filter(customer=OuterRef("pk"), question__kind="nps")
    newest = newest.order_by("-answer__at", "-pk")
    found = Customer.objects.visible_to(viewer).annotate(
        nps=Subquery(newest.values("value")[:1])
    )
    named = Case(
        When(nps__gte=9, then=Value("promoter")),
        When(nps__gte=7, then=Value("passive")),
        default=Value("detractor"),
        output_field=CharField(),
    )
    told = found.filter(nps__isnull=False).annotate(nps_class=named)
    return told.order_by().values_list("pk", "nps_class")


GAPS: Mapping[str, Any] = {
    BELOW: gettext_lazy("Less than expected"),
    EQUAL: gettext_lazy("As expected"),
    ABOVE: gettext_lazy("More than expected"),
}


def _last_gap(viewer: Person, today: date) -> Any:
    """By the newest answer that was asked for both; the same as `gaps.difference_of`."""
    kinds = (*EXPECTED, COMPARED)
    newest = Reply.objects.filter(customer=OuterRef("pk"), question__kind__in=kinds)
    gap = differences(Reply.objects.filter(answer=OuterRef("newest")))
    found = Customer.objects.visible_to(viewer).annotate(
        newest=Subquery(newest.order_by("-answer__at", "-pk").values("answer")[:1]),
        gap=Subquery(gap.values("gap")),
    )
    named = Case(
        When(gap__lt=0, then=Value(BELOW)),
        When(gap__gt=0, then=Value(ABOVE)),
        default=Value(EQUAL),
        output_field=CharField(),
    )
    told = found.filter(gap__isnull=False).annotate(gap_class=named)
    return told.order_by().values_list("pk", "gap_class")


FIELDS = (
    Offered(
        Field("nps_class", "word", "contact", "beside"),
        _last_nps,
        gettext_lazy("Last NPS answer"),
        lambda: CLASSES,
    ),
    Offered(
        Field("gap_class", "word", "contact", "beside"),
        _last_gap,
        gettext_lazy("Last answer, against what was expected"),
        lambda: GAPS,
    ),
)


def _line(reply: Reply) -> Line:
    if reply.question.kind == "choice":
        return Line(reply.question, text=reply.question.options[reply.value - 1])
    return Line(reply.question, reply.value)


def _rank(line: Line) -> tuple[int, int]:
    order = ("nps", "csat", "ces")
    place = order.index(line.question.kind) if line.question.kind in order else 9
    return place, line.question.place


def _title(one: Shown) -> str:
    if one.main is None:
        return _("Answered “%(survey)s”") % {"survey": one.answer.version.survey}
    return _("Answered “%(survey)s”: %(score)s of %(most)s") % {
        "survey": one.answer.version.survey, "score": one.main.value, "most": one.main.of,
    }  # fmt: skip


def _tone(one: Shown) -> str:
    return "d" if one.gap == "below" else ""
