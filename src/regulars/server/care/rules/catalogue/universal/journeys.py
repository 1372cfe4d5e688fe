"""What journeys lay on somebody's day: one step of a customer's way."""

from __future__ import annotations

from regulars.server.care.rules.shape import Priority, Text, Trigger

JOURNEY_STEP = Trigger(
    code="journey_step",
    name=Text("旅程任务", "Task of a journey"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=2,
    keep=10,
    minutes=10,
    icon="map-pin",
    kind="growth",
    chip=Text("旅程任务：{step}", "Journey: {step}"),
    script=Text("{name}，{say}", "{name}, {say}"),
    hint=Text(
        "照旅程写好的话说，客户答了就记结果：系统据此决定下一步。客户没同意营销的，只问候不推。",
        "Say what the journey wrote down and record the result: what comes next depends on it. "
        "Who did not agree to marketing is greeted, not sold to.",
    ),
    chance=0.1,
)

TRIGGERS = (JOURNEY_STEP,)
