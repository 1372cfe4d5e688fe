"""The head of the customer page has three places in one: beside the name, in it, below it."""

from __future__ import annotations

from dataclasses import dataclass

from django.template import Context, Engine, Library
from django.utils.safestring import SafeString, mark_safe

from regulars.server.web.bricks import wall

register = Library()
# Orders of bricks in the place "customer.head".
COLUMNS, BELOW = 10, 20


@dataclass(frozen=True)
class Head:
    """What other features lay on the head, rendered."""

    marks: SafeString
    columns: SafeString
    below: SafeString


@register.simple_tag(takes_context=True)
def customer_head(context: Context, customer: object) -> Head:
    """`{% customer_head customer as head %}`: orders 0-9 stand beside the name, 10-19 are
    columns of the head, from 20 on they lie across the page below it."""
    found: dict[str, list[str]] = {"marks": [], "columns": [], "below": []}
    filled = wall.filled("customer.head", context["request"].user, customer, context["at"])
    for brick, values in filled:
        template = Engine.get_default().get_template(brick.template)
        with context.push(viewer=context["request"].user, subject=customer, **values):
            found[_place(brick.order)].append(template.render(context))
    # Each piece is a rendered template.
    return Head(**{place: mark_safe("".join(pieces)) for place, pieces in found.items()})


def _place(order: int) -> str:
    return "marks" if order < COLUMNS else "columns" if order < BELOW else "below"
