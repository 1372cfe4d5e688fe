"""It is a complaint: the words are read where they lie, by who may, and stand in no address."""

from __future__ import annotations

from tests.server.voice.conftest import Field, Say
from tests.server.voice.test_pages import enter, text

from regulars.server.complaints import queries as complaints
from regulars.server.voice import actions
from regulars.server.voice.models import Comment
from regulars.testing.cast import NOON, Cast

WORDS = "等了一个小时没人理"


def new(customer: str, said: str) -> str:
    return f"/complaints/new?customer={customer}&said={said}"


def test_the_words_of_an_answer_and_of_a_comment_are_on_the_form(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    answer = say(fielded(), cast.li, 2, WORDS)
    actions.write_comments("点评网", [actions.Written("柜员态度差", NOON, 1, "1")])
    Comment.objects.filter(source="点评网").update(customer=cast.li)
    comment = Comment.objects.get(source="点评网")
    manager = enter(cast.wei)

    assert WORDS in text(manager, new(cast.li.public_id, f"answer-{answer.public_id}"))
    assert "柜员态度差" in text(manager, new(cast.li.public_id, f"comment-{comment.public_id}"))


def test_words_of_somebody_elses_customer_or_of_no_answer_are_not_read(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    answer = say(fielded(), cast.li, 2, WORDS)
    of = f"answer-{answer.public_id}"

    assert WORDS not in text(enter(cast.tao), new(cast.qian.public_id, of))
    assert WORDS not in text(enter(cast.wei), new(cast.zhou.public_id, of)), "of another one"
    assert complaints.words_of(cast.tao, cast.li, of) == ""
    assert complaints.words_of(cast.wei, cast.li, of) == WORDS
    for strange in ("", "answer-", "answer-nobody", f"question-{answer.public_id}", "-", "%F0"):
        assert WORDS not in text(enter(cast.wei), new(cast.li.public_id, strange))


def test_no_page_puts_words_of_customers_into_an_address(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    cast = as_system
    answer = say(fielded(), cast.li, 2, "排队太久，没人理")
    manager = enter(cast.wei)

    pages = [
        text(manager, f"/loop/{answer.loop.public_id}"),
        text(manager, "/comments/rows?negative=1"),
        text(manager, f"/voice/answers/{answer.public_id}"),
    ]

    assert "said=answer-" in pages[0]
    assert "said=comment-" in pages[1]
    assert not [page for page in pages if "words=" in page]
