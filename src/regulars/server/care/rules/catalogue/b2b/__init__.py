"""Triggers of dealings with organisations."""

from regulars.server.care.rules.catalogue.b2b import accounts, contracts

TRIGGERS = (*contracts.TRIGGERS, *accounts.TRIGGERS)
