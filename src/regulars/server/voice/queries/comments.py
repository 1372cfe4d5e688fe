"""What customers write: by topic, how much of it complains, and examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.voice.models import Comment, OfCustomers
from regulars.server.voice.rules import scores, topics
from regulars.server.voice.rules.scores import Score

READ = 5_000  # comments that a page reads at most, the newest
EXAMPLES = 2
DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Spoken:
    """One topic: comments, the share that complains with its interval, examples."""

    code: str
    count: int
    negative: int
    share: Score | None
    examples: tuple[Comment, ...]


@dataclass(frozen=True)
class Page:
    """The page of topics."""

    total: int
    negative: Score | None
    topics: tuple[Spoken, ...]
    other: int  # comments that speak of none of them
    words: tuple[str, ...]
    sources: tuple[tuple[str, int], ...]


def comments(
    viewer: Person, at: datetime, *, days: int = 90, source: str = ""
) -> OfCustomers[Comment]:
    """Comments of the last days, the newest first."""
    found = Comment.objects.visible_to(viewer).filter(
        at__gt=at - timedelta(days=days), at__lte=at
    )
    if source:
        found = found.filter(source=source)
    return found.select_related("customer", "answer", "branch")


def page(viewer: Person, at: datetime, *, days: int = 90, source: str = "") -> Page:
    """Topics of the newest comments, the most complaints first."""
    found = comments(viewer, at, days=days, source=source)
    rows = list(found[:READ])
    told = topics.tally((row.topics, row.negative) for row in rows)
    bad = sum(row.negative for row in rows)
    sources = (
        comments(viewer, at, days=days).order_by().values_list("source").annotate(n=Count("pk"))
    )
    return Page(
        total=len(rows),
        negative=scores.share(bad, len(rows)),
        topics=tuple(
            Spoken(
                each.code, each.count, each.negative,
                scores.share(each.negative, each.count), _examples(rows, each.code),
            )
            for each in told
        ),
        other=sum(not row.topics for row in rows),
        words=tuple(
            topics.standing_out([row.text for row in rows], [row.negative for row in rows])
        ),
        sources=tuple(sorted(sources, key=lambda each: (-each[1], each[0]))),
    )  # fmt: skip


def behind(
    viewer: Person,
    at: datetime,
    *,
    days: int,
    source: str = "",
    topic: str = "",
    word: str = "",
    negative: bool = False,
    before: bool = False,
) -> OfCustomers[Comment]:
    """The comments behind a figure; `before`: of as many days before those days."""
    until = at - timedelta(days=days) if before else at
    found = comments(viewer, until, days=days, source=source)
    if topic:
        found = found.filter(Q(topics__contains=[topic]) if topic != "-" else Q(topics=[]))
    if word:
        found = found.filter(text__icontains=word)
    if negative:
        found = found.filter(negative=True)
    return found


def comments_of(viewer: Person, customer: Customer, *, most: int = 3) -> list[Comment]:
    """What one customer wrote elsewhere than in surveys."""
    found = Comment.objects.visible_to(viewer).filter(customer=customer, answer__isnull=True)
    return list(found[:most])


def words_of_comment(viewer: Person, customer: Customer, public_id: str) -> str:
    """The text of one comment of a customer; nothing where it is not the viewer's."""
    found = Comment.objects.visible_to(viewer).filter(customer=customer, public_id=public_id)
    return found.values_list("text", flat=True).first() or ""


def _examples(rows: list[Comment], code: str) -> tuple[Comment, ...]:
    of = [row for row in rows if code in row.topics]
    return tuple(sorted(of, key=lambda row: not row.negative)[:EXAMPLES])
