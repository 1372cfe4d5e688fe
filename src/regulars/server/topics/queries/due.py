"""What released topics lay on a day: whom managers speak with; for the system."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.server.care.rules.detect import Work
from regulars.server.core import queries as core
from regulars.server.topics.models import Talk, Topic

# When such a task still stands: its cycle is "talk:12:2026-12-02".
STANDS = """where exists (select 1 from topics_talk e
    join topics_topic p on p.id = e.topic_id and p.closed_at is null
    where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open')"""


def work(day: date) -> list[Work]:
    """Everybody with whom somebody is to speak about a topic that has not ended."""
    found = Talk.objects.filter(
        state=Talk.State.OPEN, topic__state=Topic.State.RELEASED, topic__closed_at__isnull=True
    )
    made = []
    for talk in found.select_related("topic").order_by("customer", "pk"):
        released, topic = talk.topic.released_at, talk.topic
        if released is None:
            continue
        on = core.local_date(released)
        if on <= day <= core.local_date(topic.expires_at) + timedelta(days=1):
            made.append(
                Work(
                    talk.customer_id, f"talk:{talk.pk}", on,
                    topic.script or topic.script_en, number=topic.title, ref=topic.public_id,
                    step_en=topic.script_en,
                )
            )  # fmt: skip
    return made
