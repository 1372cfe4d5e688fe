"""Reads of what is said. Texts are no secret: everybody who works here may read them.

Whoever shows many cards takes `in_force()` once and asks the library; the functions of the
same name beside it are for one question.
"""

from regulars.server.content.queries.library import (
    InForce,
    Library,
    PlaybookRow,
    checklist,
    in_force,
    objections_for,
    playbook_steps,
    script_for,
    step,
)
from regulars.server.content.queries.messages import (
    Nature,
    Shelved,
    awaiting_confirmation,
    lacking,
    message_in_force,
    message_version,
    messages_in_force,
    nature,
    snippet,
    snippets,
    tags_of_snippets,
)
from regulars.server.content.queries.pages import (
    Entry,
    entries,
    entry,
    own_words,
    same_ground,
    to_decide,
    trades,
    version,
    waiting,
    word,
    word_groups,
)
from regulars.server.content.queries.rendering import (
    Rendered,
    Sendable,
    rendered,
    sendable,
)
from regulars.server.content.queries.words import (
    all_words,
    findings,
    findings_in,
    misspelt,
    told_problem,
)

__all__ = [
    "Entry",
    "InForce",
    "Library",
    "Nature",
    "PlaybookRow",
    "Rendered",
    "Sendable",
    "Shelved",
    "all_words",
    "awaiting_confirmation",
    "checklist",
    "entries",
    "entry",
    "findings",
    "findings_in",
    "in_force",
    "lacking",
    "message_in_force",
    "message_version",
    "messages_in_force",
    "misspelt",
    "nature",
    "objections_for",
    "own_words",
    "playbook_steps",
    "rendered",
    "same_ground",
    "script_for",
    "sendable",
    "snippet",
    "snippets",
    "step",
    "tags_of_snippets",
    "to_decide",
    "told_problem",
    "trades",
    "version",
    "waiting",
    "word",
    "word_groups",
]
