"""The ways through a journey: what is checked, how long is waited, where somebody goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.server.journeys.rules import (
    BACK,
    NO,
    ON,
    YES,
    Aim,
    Ask,
    BadRoute,
    Code,
    Enter,
    Goal,
    How,
    Kind,
    NoSuchPlace,
    Paths,
    Place,
    Route,
    Step,
    Until,
    by_id,
    editing,
    read,
    removed,
    troubles,
    until,
    walk,
    written,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def wait(key: str, days: int = 3, **more: object) -> Step:
    return Step(key, Kind.WAIT, days=days, **more)  # type: ignore[arg-type]


def send(key: str) -> Step:
    return Step(key, Kind.SEND, days=2, message="hello")


def leave(key: str) -> Step:
    return Step(key, Kind.EXIT)


def branch(key: str, yes: tuple[Step, ...], no: tuple[Step, ...] = ()) -> Step:
    return Step(key, Kind.BRANCH, ask=Ask.ANSWERED, yes=yes, no=no)


def route(*steps: Step) -> Route:
    return Route(enter=Enter("seg"), steps=steps)


def codes(found: Route) -> list[tuple[Code, str]]:
    return [(one.code, one.step) for one in troubles(found)]


def test_a_journey_that_can_be_gone_has_no_trouble() -> None:
    found = route(
        send("a"), wait("b"), branch("c", (leave("d"),)),
        Step("e", Kind.TASK, text="call", days=3),
        Step("f", Kind.REPEAT, to="a", times=2), leave("g"),
    )  # fmt: skip

    assert codes(found) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Route(steps=(leave("a"),)), (Code.NO_SEGMENT, "")),
        (route(), (Code.NO_STEPS, "")),
        (route(leave("a"), send("b")), (Code.UNREACHED, "b")),
        (route(send("a")), (Code.NO_EXIT, "a")),
        (route(branch("a", (leave("b"),))), (Code.NO_EXIT, "a")),
        (route(branch("a", (leave("b"),), (leave("c"),)), wait("d"), leave("e")),
         (Code.UNREACHED, "d")),
        (route(send("a"), Step("b", Kind.REPEAT, to="a"), leave("c")), (Code.LOOP, "b")),
        (route(wait("a"), send("b"), Step("c", Kind.REPEAT, to="b"), leave("d")),
         (Code.LOOP, "c")),
        (route(branch("a", (wait("w"),)), Step("b", Kind.REPEAT, to="a"), leave("c")),
         (Code.LOOP, "b")),
        (route(wait("a", until=Until.DATE, on="2026-12-01"), send("b"),
               Step("c", Kind.REPEAT, to="a"), leave("d")), (Code.LOOP, "c")),
        (route(Step("b", Kind.REPEAT, to="c"), leave("c")), (Code.NOWHERE, "b")),
        (route(Step("a", Kind.SEND, days=1), leave("b")), (Code.NO_MESSAGE, "a")),
        (route(Step("a", Kind.SEND, message="m"), leave("b")), (Code.NO_DAYS, "a")),
        (route(Step("a", Kind.TASK, days=1), leave("b")), (Code.NO_TEXT, "a")),
        (route(wait("a", 0), leave("b")), (Code.NO_DAYS, "a")),
        (route(wait("a", 1, hour="9:00"), leave("b")), (Code.BAD_HOUR, "a")),
        (route(wait("a", until=Until.DATE, on="soon"), leave("b")), (Code.NO_DATE, "a")),
        (route(Step("a", Kind.BRANCH, ask=Ask.ARRIVED, yes=(leave("b"),)), leave("c")),
         (Code.NOT_SENT, "a")),
        (route(Step("a", Kind.BRANCH, yes=(leave("b"),)), leave("c")), (Code.NO_ASKED, "a")),
        (route(branch("a", ()), leave("b")), (Code.EMPTY_BRANCH, "a")),
        (route(wait("a"), wait("a"), leave("b")), (Code.SAME_ID, "")),
        (Route(enter=Enter("s"), goal=Goal(Aim.SEGMENT), steps=(leave("a"),)),
         (Code.NO_GOAL_SEGMENT, "")),
        (Route(enter=Enter("s"), holdout=0.9, steps=(leave("a"),)), (Code.HOLDOUT, "")),
    ],
)  # fmt: skip
def test_what_cannot_be_gone_is_said_at_its_step(found: Route, told: tuple[Code, str]) -> None:
    assert told in codes(found)


def test_waits_end_on_the_companys_clock() -> None:
    def ends(step: Step) -> str:
        return until(step, MONDAY_NOON, SHANGHAI).astimezone(SHANGHAI).strftime("%m-%d %H:%M")

    assert ends(wait("a", 3)) == "11-26 12:00"
    assert ends(wait("a", 3, hour="09:30")) == "11-26 09:30"
    assert ends(wait("a", until=Until.HOUR, hour="17:30")) == "11-23 17:30"
    assert ends(wait("a", until=Until.HOUR, hour="08:30")) == "11-24 08:30"
    assert ends(wait("a", until=Until.WEEKDAY, weekday=2, hour="10:00")) == "11-25 10:00"
    assert ends(wait("a", until=Until.WEEKDAY, weekday=0, hour="10:00")) == "11-30 10:00"
    assert ends(wait("a", 7, until=Until.DATE, on="2026-12-25")) == "12-18 09:00"
    assert until(wait("a", until=Until.DATE, on="2026-11-01"), MONDAY_NOON, SHANGHAI) == (
        MONDAY_NOON
    )


def test_what_happened_is_passed_by_after_the_journey_was_changed() -> None:
    before, done = route(wait("a"), send("b"), leave("z")), {("a", 1): ON, ("b", 1): ON}
    after = Paths(route(send("b"), wait("c"), wait("a"), send("d"), leave("z")))

    assert removed(before, route(send("b"))) == ["a", "z"]
    assert after.landing(Place("b"), done) == Place("c")
    assert after.onward(Place("c"), ON, done | {("c", 1): ON}) == Place("d")


def test_going_back_makes_the_same_steps_new() -> None:
    paths = Paths(route(wait("a"), send("b"), Step("r", Kind.REPEAT, to="a"), leave("z")))
    done = {("a", 1): ON, ("b", 1): ON, ("r", 1): BACK}

    assert paths.onward(Place("r"), BACK, done) == Place("a", 2)


def test_a_step_is_added_changed_moved_and_taken_out() -> None:
    found = route(wait("a"), branch("b", (send("c"),)), leave("z"))

    more = editing.add(found, wait("n"), inside="b", way=NO)
    moved = editing.shift(editing.add(more, send("m"), after="c"), "m", -1)
    gone = editing.remove(editing.change(moved, wait("a", 9)), "n")

    assert [step.id for step, _depth in walk(moved.steps)] == ["a", "b", "m", "c", "n", "z"]
    assert by_id(gone)["a"].days == 9
    assert "n" not in by_id(gone)
    with pytest.raises(NoSuchPlace):
        editing.remove(gone, "n")


def test_what_is_stored_is_read_back_and_rubbish_is_refused() -> None:
    found = Route(
        Enter("s", How.NEWLY, 90),
        Goal(Aim.BOUGHT),
        steps=(branch("b", (wait("w"),)), leave("z")),
    )

    assert read(written(found)) == found
    with pytest.raises(BadRoute):
        read({"steps": [{"id": "a", "kind": "dance"}]})


PLAIN = (Kind.WAIT, Kind.SEND, Kind.TASK)


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """Routes of any shape that can be gone: an exit at the end, going back over a wait."""
    count = 0

    def name() -> str:
        nonlocal count
        count += 1
        return f"s{count}"

    def some(depth: int) -> tuple[Step, ...]:
        found: list[Step] = []
        for _n in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from((*PLAIN, Kind.BRANCH) if depth < 2 else PLAIN))
            if kind is Kind.BRANCH:
                found.append(branch(name(), (*some(depth + 1), wait(name())), some(depth + 1)))
            elif kind is Kind.TASK:
                found.append(Step(name(), kind, text="call", days=2))
            else:
                found.append(wait(name()) if kind is Kind.WAIT else send(name()))
        return tuple(found)

    first = wait(name())
    body = some(0)
    again = Step(name(), Kind.REPEAT, to=first.id, times=draw(st.integers(1, 3)))
    return route(first, *body, again, leave(name()))


@settings(max_examples=150, deadline=None)
@given(routes(), st.randoms())
def test_whatever_is_answered_every_journey_ends_and_no_step_happens_twice(
    found: Route, dice: st.DrawFn
) -> None:
    assert codes(found) == []
    paths, done = Paths(found), dict[tuple[str, int], str]()
    place: Place | None = Place(paths.first or "")
    while place is not None:
        step = paths.steps[place.step]
        assert (place.step, place.turn) not in done
        if step.kind is Kind.EXIT:
            return
        way = ON
        if step.kind is Kind.BRANCH:
            way = dice.choice([YES, NO])  # type: ignore[attr-defined]
        elif step.kind is Kind.REPEAT:
            back = sum(name == step.id and each == BACK for (name, _turn), each in done.items())
            way = BACK if back < step.times else ON
        done[place.step, place.turn] = way
        assert len(done) <= len(paths.order) * 4
        place = paths.onward(place, way, done)
    pytest.fail("the journey ran out without an exit")


@settings(max_examples=150, deadline=None)
@given(routes(), routes(), st.data())
def test_a_change_never_leads_to_a_step_that_happened_or_is_not_there(
    before: Route, after: Route, data: st.DataObject
) -> None:
    old, new = Paths(before), Paths(after)
    names = data.draw(st.lists(st.sampled_from(old.order), unique=True))
    done = {(name, 1): data.draw(st.sampled_from(old.ways(name) or (ON,))) for name in names}
    start = data.draw(st.sampled_from(new.order))

    landed = new.landing(Place(start), done)

    assert landed is None or (
        landed.step in new.steps and (landed.step, landed.turn) not in done
    )


@settings(max_examples=100, deadline=None)
@given(routes())
def test_any_route_is_stored_and_read_back_as_it_was(found: Route) -> None:
    assert read(written(found)) == found


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["", "00:00", "09:30", "23:59"]),
    st.integers(1, 40),
    st.integers(0, 6),
)
def test_a_wait_never_ends_before_it_began_and_falls_on_its_day(
    minutes: int, hour: str, days: int, weekday: int
) -> None:
    since = MONDAY_NOON + timedelta(minutes=minutes)
    for_days = until(wait("a", days, hour=hour), since, SHANGHAI).astimezone(SHANGHAI)
    on_day = until(
        wait("a", until=Until.WEEKDAY, weekday=weekday, hour=hour), since, SHANGHAI
    ).astimezone(SHANGHAI)

    assert for_days >= since
    assert (for_days.date() - since.astimezone(SHANGHAI).date()).days == days
    assert on_day > since
    assert on_day.weekday() == weekday
    assert on_day - since <= timedelta(days=8)
