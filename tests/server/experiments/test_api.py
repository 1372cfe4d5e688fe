"""Another system plans an experiment, reads it, and brings a finished one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.site.api import Api

from regulars.server.core.rights import Right
from regulars.server.customers.models import Customer
from regulars.server.experiments.models import Assignment, Experiment
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


def test_a_system_draws_customers_and_hears_who_is_left_alone(
    as_system: Cast, many: Any
) -> None:
    ids = many(200)
    named = list(Customer.objects.filter(pk__in=ids).values_list("public_id", flat=True))
    api = Api(WORK)
    # Ids of this test hold zeros, which ours never do.
    Customer.objects.filter(pk__in=ids[:1]).update(public_id="m2222222222x")
    body = {
        "person": "max", "name": "Mature", "kind": "call_list", "outcome": "bought",
        "share": 0.5, "customers": ["m2222222222x", "nqbqdynqbqdy"],
    }  # fmt: skip
    assert len(named) == 200

    made = api.post("/experiments", body)

    assert made.status_code == 200, made.content
    told = made.json()
    assert (told["new"], told["gone"]) == (1, 1)
    arm = Assignment.objects.get().arm
    assert told["alone"] == (["m2222222222x"] if arm == "control" else [])
    again = api.post(
        f"/experiments/{told['experiment']}/customers",
        {"person": "max", "customers": ["m2222222222x"]},
    ).json()
    assert (again["new"], again["known"]) == (0, 1)
    assert api.post("/experiments", body | {"person": "mei"}).status_code == 403


def test_a_finished_one_is_brought_and_read(as_system: Cast) -> None:
    rows = [{"arm": "none", "outcome": n % 2} for n in range(200)]
    rows += [{"arm": "mail", "outcome": int(n % 4 > 0)} for n in range(200)]
    api = Api(WORK)

    brought = api.post(
        "/experiments/brought",
        {
            "person": "ana", "name": "Mail", "kind": "campaign", "control": "none",
            "starts_on": "2026-03-01", "ends_on": "2026-03-14", "rows": rows,
        },
    )  # fmt: skip

    assert brought.status_code == 200, brought.content
    told = brought.json()
    assert told["reading"]["verdict"] == "worked"
    assert told["reading"]["difference"] == pytest.approx(0.25)
    listed = api.get("/experiments?person=ana").json()["experiments"]
    assert [one["id"] for one in listed] == [Experiment.objects.get().public_id]
    looks = api.get(f"/experiments/{told['id']}/readings?person=ana").json()["readings"]
    assert len(looks) == 1
    assert api.get(f"/experiments/{told['id']}?person=ana").json() == told
    assert api.get("/experiments?person=mei").status_code == 403
