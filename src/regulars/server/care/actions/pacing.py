"""Who was in a state before, and how many of a wave speak; see `rules.pacing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from regulars.server.care.actions import rows
from regulars.server.care.actions.rows.laid import change, stage
from regulars.server.care.models import PlanRun, Task, Watch
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.morning import Sight
from regulars.server.care.rules import Reason, Subject, pacing
from regulars.server.care.rules.detectors import Entered
from regulars.server.care.rules.policy import Policy
from regulars.server.care.rules.shape import Trigger


@dataclass
class Stays:
    """Of each watched trigger: since when a customer is in, for all whose coming in is news.

    `first` are the triggers for which this is the first morning.
    """

    since: dict[str, dict[int, date]] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)


def watched(trigger: Trigger) -> bool:
    return isinstance(trigger.detect, Entered) or pacing.is_state(trigger)


def enter(
    triggers: Iterable[Trigger],
    found: MutableMapping[str, Sequence[Any]],
    known: Collection[int],
    sight: Sight,
) -> Stays:
    """Write down who came in and who left; what left is taken back. Rows get their day."""
    stays = Stays()
    watching = {t.code: t for t in triggers if watched(t)}
    _forget(list(watching))
    for code, trigger in watching.items():
        if code in found:
            _enter(trigger, found, set(known), sight, stays)
    return stays


def _enter(
    trigger: Trigger,
    found: MutableMapping[str, Sequence[Any]],
    known: set[int],
    sight: Sight,
    stays: Stays,
) -> None:
    code, day, detect = trigger.code, sight.morning.day, trigger.detect
    inside = {row.customer_id for row in found[code]} & known
    # Nobody at all in a state is a missing figure rather than a cure.
    if not inside and not isinstance(detect, Entered):
        stays.since[code] = {}
        return
    watch, _made = Watch.objects.get_or_create(pk=code, defaults={"since": day})
    if watch.since >= day:
        stays.first.add(code)
    # With a cap everybody is told, so many a day.
    loud = detect.already if isinstance(detect, Entered) else code in sight.morning.policy.caps
    _write(code, inside, day, speaks=watch.since < day or loud, at=sight)
    # Who came in today may still be chosen, or left out, as one of a wave.
    choosing = "" if isinstance(detect, Entered) else " or since = %(day)s"
    stays.since[code] = dict(
        reads.sql(
            "select customer_id, since from care_stay "
            f"where trigger = %(code)s and (speaks{choosing})",
            {"code": code, "day": day},
        )
    )
    if isinstance(detect, Entered):
        since = stays.since[code]
        found[code] = [
            replace(row, on=since[row.customer_id])
            for row in found[code]
            if row.customer_id in since
        ]


def _write(code: str, inside: set[int], day: date, *, speaks: bool, at: Sight) -> None:
    stage({"customer_id": "bigint"}, ((customer,) for customer in sorted(inside)))
    left = reads.sql(
        "delete from care_stay s where s.trigger = %s and not exists "
        "(select 1 from staged n where n.customer_id = s.customer_id) returning customer_id",
        [code],
    )
    change(
        "insert into care_stay (trigger, customer_id, since, speaks) "
        "select %s, customer_id, %s, %s from staged on conflict do nothing",
        [code, day, speaks],
    )
    if left:
        open_still = reads.sql(
            "select id from care_task "
            "where trigger = %s and state = 'open' and customer_id = any (%s)",
            [code, [customer for (customer,) in left]],
        )
        rows.take_back([task for (task,) in open_still], Task.Gone.OVER, at=at.at)


def _forget(watching: list[str]) -> None:
    """A trigger that was off begins anew: what happened meanwhile is old news."""
    change("delete from care_stay where not trigger = any (%s)", [watching])
    Watch.objects.exclude(pk__in=watching).delete()


def news(
    reasons: Sequence[Reason],
    stays: Stays,
    subjects: Mapping[int, Subject],
    policy: Policy,
    day: date,
) -> list[Reason]:
    """Leave out what was so before, and of a wave all but the best."""
    kept: list[Reason] = []
    groups: dict[tuple[str, int], list[Reason]] = defaultdict(list)
    for reason in reasons:
        trigger, since = reason.trigger, stays.since.get(reason.trigger.code)
        if since is not None and reason.customer_id not in since:
            continue
        if _is_old(reason):
            continue
        in_state = since is not None and not isinstance(trigger.detect, Entered)
        fresh = since is not None and since[reason.customer_id] == day
        if (fresh if in_state else pacing.may_flood(trigger)) and (
            trigger.code not in policy.caps
        ):
            groups[trigger.code, subjects[reason.customer_id].book_id].append(reason)
        else:
            kept.append(reason)
    return kept + _chosen(groups, stays, policy, day)


def _is_old(reason: Reason) -> bool:
    """Whether it, or the step of it, lies before the day from which the trigger looks."""
    since = reason.trigger.since
    if since is None or reason.happens_on is None:
        return False
    return pacing.begins(reason) < since


def _chosen(
    groups: Mapping[tuple[str, int], list[Reason]], stays: Stays, policy: Policy, day: date
) -> list[Reason]:
    kept: list[Reason] = []
    crowded = {book for (_code, book), found in groups.items() if len(found) > policy.wave}
    listed = _listed(crowded)
    ever = PlanRun.objects.filter(day__lt=day).exists()
    for (code, book), found in groups.items():
        most = pacing.limit(
            policy.wave, first=code in stays.first or not ever, listed=listed.get(book, 0)
        )
        chosen = pacing.best(found, most)
        kept += chosen
        if code in stays.since:
            _say(code, found, {reason.customer_id for reason in chosen})
    return kept


def _say(code: str, found: Iterable[Reason], chosen: set[int]) -> None:
    """Keep who of a wave speaks, so that the next mornings know."""
    change(
        "update care_stay set speaks = customer_id = any (%s) "
        "where trigger = %s and customer_id = any (%s)",
        [list(chosen), code, [reason.customer_id for reason in found]],
    )


def _listed(books: Collection[int]) -> dict[int, int]:
    return dict(
        reads.sql(
            "select book_id, count(*) from customers_customer "
            "where book_id = any (%s) and state = 'active' group by book_id",
            [list(books)],
        )
    )


def capped(
    new: Sequence[Reason], subjects: Mapping[int, Subject], policy: Policy
) -> list[Reason]:
    """Of triggers with a cap, as many new ones as a list takes in a day, the best first.

    The others are found again tomorrow.
    """
    groups: dict[tuple[str, int], list[Reason]] = defaultdict(list)
    for reason in new:
        if reason.trigger.code in policy.caps:
            book = subjects[reason.customer_id].book_id
            groups[reason.trigger.code, book].append(reason)
    out = {
        reason.key
        for (code, _book), found in groups.items()
        for reason in set_aside(found, policy.caps[code])
    }
    return [reason for reason in new if reason.key not in out]


def set_aside(found: Sequence[Reason], most: int) -> list[Reason]:
    return pacing.best(found, len(found))[most:]


def rested(reasons: Sequence[Reason], day: date) -> list[Reason]:
    """Leave out a second word of a trigger that rests after the first one."""
    codes = {r.trigger.code: r.trigger.rest for r in reasons if r.trigger.rest}
    if not codes:
        return list(reasons)
    told = reads.sql(
        "select trigger, customer_id, cycle, made_at::date from care_task "
        "where trigger = any (%s) and made_at > %s::date - %s",
        [list(codes), day, max(codes.values()) + 1],
    )
    last: dict[tuple[str, int], list[tuple[str, date]]] = defaultdict(list)
    for code, customer, cycle, on in told:
        last[code, customer].append((cycle, on))
    return [r for r in reasons if not _rests(r, last.get((r.trigger.code, r.customer_id)), day)]


def _rests(reason: Reason, told: list[tuple[str, date]] | None, day: date) -> bool:
    if not told or not reason.trigger.rest:
        return False
    series = reason.series or reason.cycle
    return any(
        (day - on).days < reason.trigger.rest
        and series not in (cycle, cycle.rpartition(":")[0])
        for cycle, on in told
    )
