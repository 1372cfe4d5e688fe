"""Reads of the customer file, as one viewer may see it."""

from regulars.server.customers.queries.file import customers, fact_keys, find, one
from regulars.server.customers.queries.ties import related_by, relations

__all__ = ["customers", "fact_keys", "find", "one", "related_by", "relations"]
