"""What the pages of topics say of their age, their message and their effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.queries import saying
from regulars.server.topics import rules
from regulars.server.topics.models import Topic

register = template.Library()


@register.simple_tag
def topic_age(topic: Topic, at: datetime) -> int:
    """Whole hours from when it was raised to when it went out or was closed, or to now."""
    return rules.age(topic.raised_at, topic.released_at or topic.closed_at or at)


@register.simple_tag
def topic_message(topic: Topic) -> dict[str, Any]:
    """Title and source of its message, as it is in force."""
    found = content.message_in_force(topic.message)
    if found is None or not isinstance(found.body, Message):
        return {"title": topic.message, "text": ""}
    language = get_language() or "zh"
    return {
        "title": found.body.title.of(language),
        "text": found.body.wordings[0].text.of(language),
    }


@register.simple_tag
def topic_verdict(experiment: Experiment, reading: Reading) -> str:
    """What the newest reading says, in the words of the experiments' own page."""
    return str(saying.sentence(experiment, reading))
