"""The clock of what goes out, once a minute, by the database's time."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import JobContext
from procrastinate.contrib.django import app

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.delivery import actions, queries

LONGEST = timedelta(minutes=1)  # of one run; another goes on


@app.periodic(cron="* * * * *")
@app.task(name="delivery.look", queueing_lock="delivery.look")
def look(timestamp: int) -> None:
    """Start a sender for each line that has something to send."""
    with scope.everything():
        actions.expire(at=core.database_time())
        lines = [line.pk for line in queries.due_lines(core.database_time())]
    for line in lines:
        actions.wake(line)


@app.periodic(cron="*/10 * * * *")
@app.task(name="delivery.ask", queueing_lock="delivery.ask", queue=actions.QUEUE)
def ask(timestamp: int) -> None:
    """Ask providers about messages that wait for an employee to confirm."""
    with scope.everything():
        lines = list(queries.lines_to_ask())
    for line in lines:
        with scope.everything():
            actions.ask(line, at=core.database_time())


@app.task(name=actions.SEND, queue=actions.QUEUE, pass_context=True)
def send(context: JobContext, line: int) -> None:
    """Send what is due by a line. Two at once do no harm; one is enough."""
    with scope.everything():
        found = queries.line(line)
    if found is None:
        return
    clock = core.database_clock()
    actions.send(found, clock=clock, until=clock() + LONGEST, ended=context.should_abort)
    with scope.everything():
        more = queries.due_lines(core.database_time()).filter(pk=line).exists()
    if more:
        actions.wake(line)
