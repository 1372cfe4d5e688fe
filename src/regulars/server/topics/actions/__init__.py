"""Every change of topics."""

from regulars.server.topics.actions.deciding import (
    OwnWords,
    release,
    send_back,
    submit,
    take_back,
)
from regulars.server.topics.actions.ending import answer, expire, reopen
from regulars.server.topics.actions.raising import (
    BadTopic,
    NotThatFar,
    draft_message,
    drop,
    prepare,
    raise_topic,
    take,
)

__all__ = [
    "BadTopic",
    "NotThatFar",
    "OwnWords",
    "answer",
    "draft_message",
    "drop",
    "expire",
    "prepare",
    "raise_topic",
    "release",
    "reopen",
    "send_back",
    "submit",
    "take",
    "take_back",
]
