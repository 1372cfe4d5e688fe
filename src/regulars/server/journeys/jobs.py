"""The clock of journeys, once a minute, by the database's time."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.journeys import actions, queries

LONGEST = timedelta(seconds=50)  # of one run; the next minute goes on
EARLIEST = 6  # the hour of the company's day from which customers are taken in


@app.periodic(cron="* * * * *")
@app.task(name="journeys.advance", queueing_lock="journeys.advance")
def advance(timestamp: int) -> None:
    """Take in whom the day brings, then do what is due. Two at once do no harm."""
    clock = core.database_clock()
    stop = clock() + LONGEST
    with scope.everything():
        waiting = [each.pk for each in queries.due_today(clock(), earliest=EARLIEST)]
    for pk in waiting:
        with scope.everything():
            actions.take_in(queries.by_pk(pk), at=clock())
    moved = actions.BATCH
    while moved == actions.BATCH and clock() < stop:
        with scope.everything():
            moved = actions.advance(at=clock())
