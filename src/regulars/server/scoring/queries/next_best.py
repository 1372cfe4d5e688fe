"""What customers may need next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.products.models import Product
from regulars.server.scoring.bridge.names import NEXT
from regulars.server.scoring.models import Run
from regulars.server.scoring.queries.rows import scored
from regulars.server.scoring.queries.runs import current_run, folder


@dataclass(frozen=True)
class Suggestion:
    """A product for one customer, with what speaks for it; see `engine.next_products`."""

    product_code: str
    score: float
    reason: str
    because: tuple[str, ...]
    support: int
    share: float
    usual: float


def suggestions(viewer: Person, customer: Customer, run: Run | None = None) -> list[Suggestion]:
    """What may be offered to a customer next, best first, declined or not."""
    return suggestions_of(viewer, [customer.pk], run).get(customer.pk, [])


def suggestions_of(
    viewer: Person, ids: Sequence[int], run: Run | None = None
) -> dict[int, list[Suggestion]]:
    """The same for many customers in one read; who has none is absent.

    Who refuses profiling is absent, too, from the moment of the refusal on.
    """
    run = run or current_run()
    if run is None or not ids or not (folder(run) / NEXT).exists():
        return {}
    seen = scored(viewer).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    wanted = ", ".join(f"{pk:d}" for pk in seen)
    if not wanted:
        return {}
    found: dict[int, list[Suggestion]] = {}
    for customer, code, score, reason, one, two, support, share, usual in lake.rows(
        "select customer_id, product_id, score, reason, because_1, because_2, support, share, "
        f"usual from read_parquet({lake.quote(str(folder(run) / NEXT))}) "
        f"where customer_id in ({wanted}) order by customer_id, place"
    ):
        because = tuple(filter(None, (one, two)))
        offer = Suggestion(code, score, reason, because, support, share, usual)
        found.setdefault(customer, []).append(offer)
    return found


def products_named(codes: Sequence[str]) -> dict[str, Product]:
    """The products behind some codes; categories and unknown ones are left out."""
    return {each.code: each for each in Product.objects.filter(code__in=list(codes))}
