"""Surveys, waves, answers, comments, and the loops that follow."""

from regulars.server.voice.models.answers import (
    Answer,
    Comment,
    Invitation,
    Layout,
    OfCustomers,
    Reply,
)
from regulars.server.voice.models.loops import Cause, Improvement, Loop
from regulars.server.voice.models.surveys import Question, Survey, Version, Wave

__all__ = [
    "Answer",
    "Cause",
    "Comment",
    "Improvement",
    "Invitation",
    "Layout",
    "Loop",
    "OfCustomers",
    "Question",
    "Reply",
    "Survey",
    "Version",
    "Wave",
]
