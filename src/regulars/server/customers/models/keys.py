"""Under which keys a customer is found: by the facts, and by the search box."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from regulars.server.core.models import Book
from regulars.server.customers.models.customer import Customer


class FactKey(models.Model):
    """The pseudonym under which a customer's facts lie in Parquet."""

    fact_key = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="fact_keys")


class CustomerSearch(models.Model):
    """What the search box reads: kept beside the customer by `customers.actions`."""

    # Without constraints: what is computed anew would cost a file of a million customers
    # two million checks at the commit.
    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # Single Han characters and their pairs, pinyin and initials by prefix, number, tail.
    grams = ArrayField(models.CharField(max_length=24))
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="customer_search_grams", fastupdate=True)]
