"""The clock of the morning mail and of addresses, once a minute, by the database's time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.server.agenda import actions, queries
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import WORKER


@app.periodic(cron="* * * * *")
@app.task(name="agenda.post", queueing_lock="agenda.post", lock="agenda.post")
def post(timestamp: int) -> None:
    """Write today's letters down and send what waits.

    Each letter by itself: whoever dies in between leaves the others to the next minute.
    """
    at = core.database_time()
    with scope.everything():
        actions.end_strayed(by=WORKER, at=at)
        actions.give_up_late(by=WORKER, at=at)
        actions.write_letters(at=at)
    for letter in queries.waiting(at):
        actions.post(letter, at=core.database_time())
