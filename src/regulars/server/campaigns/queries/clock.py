"""What the clock asks: which waves have begun, and who did already what it is all for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from regulars.server.campaigns.models import Campaign
from regulars.server.customers.models import FactKey
from regulars.server.experiments.queries import wanted
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

BOUGHT = ("revenue", "margin", "purchases", "bought")


def running() -> list[Campaign]:
    """Campaigns with something to bring forward; a paused one is only looked at for its end."""
    found = Campaign.objects.filter(state__in=["running", "paused"]).order_by("pk")
    return list(found.select_related("owner", "experiment"))


def waves_begun(campaign: Campaign, today: date) -> list[int]:
    """The numbers of the waves whose day has come; without waves all begin on the first day."""
    waves = list(campaign.waves.order_by("number").values_list("number", "on"))
    if not waves:
        return [1] if campaign.starts_on and campaign.starts_on <= today else []
    return [number for number, on in waves if on <= today]


def acted(outcome: str, customers: Sequence[int], *, since: date) -> set[int]:
    """Who of some customers did since a day what the campaign is measured by, if that can be
    seen of one customer: a purchase, anything of their own, a product opened."""
    if outcome == "holdings":
        table = lake.source(facts.living("holdings"), "holdings")
        did = f"select distinct fact_key from {table} where opened_on >= ?"
    elif outcome in (*BOUGHT, "active"):
        kinds = ("purchase",) if outcome in BOUGHT else wanted(outcome, ()).own
        listed = ", ".join(lake.quote(kind) for kind in kinds)
        table = lake.source(facts.living("transactions"), "transactions")
        did = (
            f"select distinct fact_key from {table} "
            f"where kind in ({listed}) and local_date >= ?"
        )
    else:
        return set()
    keys = dict(
        FactKey.objects.filter(customer__in=customers).values_list("fact_key", "customer")
    )
    asked = pa.table({"fact_key": pa.array(sorted(keys), pa.int64())})
    lake.hold("campaign_asked", asked)
    found = lake.rows(f"{did} and fact_key in (select fact_key from campaign_asked)", [since])
    return {keys[key] for (key,) in found}
