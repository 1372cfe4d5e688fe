"""What a customer's file said before: the old values of every change, with their time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regulars.server.customers.models.customer import Customer


class History(models.Model):
    """The values that one change replaced.

    The database writes these rows itself (see migration 0006), whichever way a change
    comes: a form, a whole file, a hand-over. `changes` holds the old values of the columns
    that changed and no others. The moment is the record's own `updated_at`, so a change
    without one looks as old as the change before it.
    """

    # No constraint towards the customer: a file of a million changes would pay for a million
    # checks. A trigger takes the history away with its customer.
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()  # half-open: at this moment the new values hold
    changes = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "valid_to"], name="history_of_a_customer"),
            models.Index(
                fields=["valid_to"],
                condition=Q(changes__has_key="book_id"),
                name="history_of_books",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__lte=F("valid_to")), name="history_runs_forward"
            )
        ]
