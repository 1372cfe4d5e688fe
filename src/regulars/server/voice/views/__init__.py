"""Surveys and their builder, results, waves, the public page, the loop board, comments."""

from regulars.server.voice.views.comments import (
    bring_answers,
    bring_comments,
    complained,
    standing,
    topics,
)
from regulars.server.voice.views.comments import rows as comment_rows
from regulars.server.voice.views.interview import fill
from regulars.server.voice.views.loops import (
    add_cause,
    board,
    cause,
    effect_cases,
    effect_rows,
    entry_cases,
    improve,
    loop,
    reopen,
)
from regulars.server.voice.views.panel import panel, set_panel
from regulars.server.voice.views.public import public, thanks
from regulars.server.voice.views.results import answer, export, one, rows
from regulars.server.voice.views.surveys import (
    add_question,
    archive,
    build,
    draft,
    index,
    make,
    preview,
    question,
    rules,
)
from regulars.server.voice.views.waves import (
    close,
    invitation,
    invite,
    launch,
    links,
    links_file,
    links_job,
    wave,
)

__all__ = [
    "add_cause",
    "add_question",
    "answer",
    "archive",
    "board",
    "bring_answers",
    "bring_comments",
    "build",
    "cause",
    "close",
    "comment_rows",
    "complained",
    "draft",
    "effect_cases",
    "effect_rows",
    "entry_cases",
    "export",
    "fill",
    "improve",
    "index",
    "invitation",
    "invite",
    "launch",
    "links",
    "links_file",
    "links_job",
    "loop",
    "make",
    "one",
    "panel",
    "preview",
    "public",
    "question",
    "reopen",
    "rows",
    "rules",
    "set_panel",
    "standing",
    "thanks",
    "topics",
    "wave",
]
