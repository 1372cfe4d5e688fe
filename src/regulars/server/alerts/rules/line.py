"""Who comes next: the line from the owner of a book up to the head of the company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """Somebody on the line; rung 0 looks after the book, 1 heads its branch, 2 above."""

    person_id: int
    rung: int


NOBODY: tuple[Post, ...] = ()


def line_of(
    keepers: Iterable[int | None], above: Iterable[Sequence[int]], *, absent: frozenset[int]
) -> tuple[Post, ...]:
    """Build the line of one book out of those who can be reached.

    :param keepers: owner and backup: the first one who is there stands on rung 0.
    :param above: who heads each unit, from the branch up, in order of choice.
    :param absent: away or gone.
    """
    posts: list[Post] = []
    there = [one for one in keepers if one is not None and one not in absent]
    for rung, heads in enumerate([there, *above]):
        known = {post.person_id for post in posts}
        able = [one for one in heads if one not in absent]
        # Who heads the branch and keeps the book has no one above on that very rung.
        if able and not known & set(able[:1]):
            posts.append(Post(able[0], rung))
    return tuple(posts)


def next_up(line: Sequence[Post], *, rung: int, holder_id: int | None) -> Post | None:
    """The next person above; None at the top."""
    return next((p for p in line if p.rung > rung and p.person_id != holder_id), None)
