"""What a contact leaves open."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.server.care.actions import above
from regulars.server.care.models import Task
from regulars.server.care.rules import duties
from regulars.server.channels.models import Touch
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person


def owed(tasks: QuerySet[Task], touch: Touch, *, heard: bool, by: Actor) -> list[int]:
    """The reasons that a contact does not deal with; `heard`: the customer had a say."""
    role, names = "", ("", "")
    if isinstance(by, Person):
        role, names = by.role, (by.name, by.name_en)
    beside = touch.beside.role if touch.beside else ""
    told = {"channel": touch.channel, "topic": touch.topic, "role": role, "beside": beside}
    rows = tasks.filter(trigger__in=duties.JUDGED).values_list("pk", "trigger", "facts")
    left = [
        pk
        for pk, trigger, facts in rows
        if not duties.is_met(trigger, facts, heard=heard, names=names, **told)
    ]
    return left + above.undealt(tasks, touch, by)
