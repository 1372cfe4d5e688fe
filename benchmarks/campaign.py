"""One campaign to a hundred thousand people: counted, launched, sent on, looked at.

Fills a home as `home` does and scores it, then does what a marketer and the clock do: the
count in the builder, the launch as its job does it, minutes of the clock until everybody
has their message laid down, the pages as head office and a branch manager open them. Prints
seconds, the peak of memory, and every statement that took longer than 0.3 s.

    python -m benchmarks campaign [--customers 120000] [--home DIR] [--plans]

With `--home` everything is kept there; called again it makes another campaign there.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import customer_list as base
from benchmarks import home as whole
from benchmarks import valuation as purchases

SLOW = 0.3  # seconds; a statement that takes longer is printed
BODY = {
    "title": {"zh": "周年"}, "channel": "sms", "purpose": "marketing",
    "wordings": [{"subject": {}, "html": {}, "text": {
        "zh": "{{ customer.salutation }}，周年好礼在等您。", "en": "Come by."}}],
}  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Fill, plan, launch, send, look, print."""
    logging.disable(logging.WARNING)
    asked = read(arguments)
    kept = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory()
    with kept as root:
        Path(root).mkdir(parents=True, exist_ok=True)
        cluster = base.start(Path(root).resolve() / "home")
        try:
            if not base.filled():
                base.timed("fill", lambda: whole.fill(asked, Path(root)))
            base.as_application(cluster)
            with slow_ones(asked.plans):
                measure()
        finally:
            cluster.stop()


def read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks campaign")
    parser.add_argument("--customers", type=int, default=120_000)
    parser.add_argument("--purchases", type=float, default=5.0, help="mean per customer")
    parser.add_argument("--home", help="keep everything in this folder")
    parser.add_argument("--plans", action="store_true", help="print the plans of slow ones")
    return parser.parse_args(arguments)


def measure() -> None:
    from regulars.server.campaigns import jobs, queries
    from regulars.server.campaigns.models import Attempt, Member
    from regulars.server.core import scope

    people = staff()
    made = planned(people)
    took("count in the builder", lambda: page("max", f"/campaigns/{made.public_id}/outlook"))
    took("builder, who", lambda: page("max", f"/campaigns/{made.public_id}/plan?open=who"))
    job = approved(made, people)
    took("launch", lambda: jobs.launch(job.pk))
    with scope.everything():
        counts = queries.counts(made)
    print(f"  members {counts}", flush=True)
    for minute in range(1, 20):
        took(f"minute {minute} of the clock", lambda: jobs.advance(0))
        with scope.everything():
            begun = Attempt.objects.filter(step__campaign=made).count()
            waiting = Member.objects.filter(campaign=made, state="waiting").exists()
        print(f"  {begun:,} have their message", flush=True)
        if not waiting:
            break
    took("a minute with nothing to do", lambda: jobs.advance(0))
    looked_at(made.public_id)


def staff() -> dict[str, Any]:
    """Who plans, and who approves; both see everybody. And a line that sends nothing."""
    from regulars.server.core import actions as core
    from regulars.server.core import scope
    from regulars.server.core.audit import System
    from regulars.server.core.models import OrgUnit, Person
    from regulars.server.delivery import actions as delivery
    from regulars.server.delivery.models import Line

    told = {"by": System("bench"), "at": base.NOON}
    with scope.everything():
        top = OrgUnit.objects.get(code="HQ")
        for name, role in (("max", "marketer"), ("ada", "administrator")):
            if not Person.objects.filter(username=name).exists():
                core.add_person(username=name, name=name, role=role, org_unit=top, **told)
        if not Line.objects.exists():
            delivery.add_line(name="file", kind_code="console", channel="sms", given={}, **told)
        return {person.username: person for person in Person.objects.all()}


def planned(people: dict[str, Any]) -> Any:
    """A draft for the better 85 of a hundred customers, with one message for all."""
    from regulars.server.campaigns import actions
    from regulars.server.campaigns.actions import StepTold
    from regulars.server.content import actions as content
    from regulars.server.core import queries as core
    from regulars.server.core import scope
    from regulars.server.scoring import actions as scoring
    from regulars.server.scoring import queries as scores
    from regulars.server.segments import actions as segments
    from regulars.server.segments.rules.tree import Condition, Group

    at, max_ = core.database_time(), people["max"]
    as_of = purchases.START + timedelta(days=purchases.DAYS)
    if scores.current_run() is None:
        base.timed(
            "score",
            lambda: scoring.run_scoring(by=max_, at=base.NOON, as_of=as_of, publish=True),
        )
    took("board of segments", lambda: segments.make_board(at=at))
    with scope.everything():
        message = content.save_draft("message", BODY, by=max_, at=at)
        content.submit(message, by=max_, at=at)
        content.approve(message, by=people["ada"], at=at)
        rule = Group("all", (Condition("net_spend", "top", ("85",), None, ()),))
        segment = segments.keep(
            rule, name=f"周年 {at.isoformat()}"[:40], by=max_, at=at, sharing="everybody",
            reason="bench",
        )  # fmt: skip
        today: date = core.local_date(at)
        made = actions.begin(
            "周年庆", by=max_, at=at, segment=segment, goal="请老客户回来", starts_on=today,
            ends_on=today + timedelta(days=30), holdout=0.05,
        )  # fmt: skip
        actions.set_steps(made, [StepTold("sms", message.text.code)], by=max_, at=at)
    return made


def approved(made: Any, people: dict[str, Any]) -> Any:
    from regulars.server.campaigns import actions
    from regulars.server.core import queries as core
    from regulars.server.core import scope

    at = core.database_time()
    with scope.everything():
        actions.submit(made, by=people["max"], at=at)
        actions.approve(made, by=people["ada"], at=at)
        return actions.ask_launch(made, by=people["max"], at=at)


def looked_at(public_id: str) -> None:
    """Every page of it, first and again."""
    for who in ("max", "wei"):
        print(f"{who}:", flush=True)
        for path in (
            "", "members", "members?from=90000", "members?state=going&from=40000",
            "members?branch=B050", "members?step=1&tried=going", "export?what=branches",
        ):  # fmt: skip
            if who == "max" and path.startswith("export"):
                continue
            for turn in ("first", "again"):
                took(f"/{path} {turn}", partial(page, who, f"/campaigns/{public_id}/{path}"))
    took("list of campaigns", lambda: page("max", "/campaigns/"))


def page(who: str, path: str) -> str:
    from django.test import Client

    from regulars.server.core.models import Person

    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.get(username=who))
    answer = client.get(path)
    return f"{answer.status_code}, {len(answer.content):,} bytes"


def took(name: str, act: Callable[[], Any]) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    said = act()
    spent, busy = time.perf_counter() - begun, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"  {said}" if isinstance(said, str) else ""
    print(f"{name:42} {spent:8.2f} s  ({busy:.2f} s here)  {peak:6.0f} MB{note}", flush=True)


@contextmanager
def slow_ones(plans: bool) -> Iterator[None]:
    """Print statements that take long, with their plans where wanted."""
    from django.db import connection

    def watched(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        found = execute(sql, params, many, context)
        spent = time.perf_counter() - begun
        if spent > SLOW:
            print(f"    {spent:.2f} s: {' '.join(str(sql).split())[:400]}", file=sys.stderr)
            if plans and not many and str(sql).lstrip()[:6].lower() == "select":
                told = context["cursor"]
                with told.connection.cursor() as other:
                    other.execute(f"explain (analyze, buffers) {sql}", params)
                    for (line,) in other.fetchall():
                        print(f"      {line}", file=sys.stderr)
        return found

    with connection.execute_wrapper(watched):
        yield


if __name__ == "__main__":
    main()
