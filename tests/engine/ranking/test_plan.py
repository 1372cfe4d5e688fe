"""Days of the past that a ranking learns from."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.ranking.plan import days_needed, plan_of

AS_OF = date(2025, 6, 30)


@given(span=st.integers(1, 3_000), horizon=st.integers(1, 800))
def test_nothing_is_learned_from_days_that_have_not_come(span: int, horizon: int) -> None:
    first = AS_OF - timedelta(days=span - 1)
    plan = plan_of(first, as_of=AS_OF, horizon_days=horizon)
    length = timedelta(days=plan.training_days)

    assert all(first < origin and origin + length <= AS_OF for origin in plan.origins)
    for day in (AS_OF, *plan.origins):
        assert all(origin + length <= day for origin in plan.known_by(day))
        assert all(plan.known_by(origin) for origin in plan.trials(day))


@given(horizon=st.integers(1, 800))
def test_from_the_days_needed_on_there_is_one_to_judge_and_one_to_choose(horizon: int) -> None:
    needed = days_needed(horizon)
    enough = plan_of(AS_OF - timedelta(days=needed - 1), as_of=AS_OF, horizon_days=horizon)
    short = plan_of(AS_OF - timedelta(days=needed - 2), as_of=AS_OF, horizon_days=horizon)

    assert short.origins == ()
    if needed >= 56:
        assert enough.origins[0] in enough.trials(AS_OF)
        assert enough.known_by(enough.origins[0])


def test_a_long_history_looks_as_far_as_asked() -> None:
    plan = plan_of(AS_OF - timedelta(days=2_000), as_of=AS_OF, horizon_days=90)

    assert plan.training_days == 90
    assert plan.origins[0] == AS_OF - timedelta(days=90)
    assert plan.origins[1] == AS_OF - timedelta(days=135)
