"""Triggers of a retail bank."""

from regulars.server.care.rules.catalogue.bank import accounts, money, pay

TRIGGERS = (*money.TRIGGERS, *pay.TRIGGERS, *accounts.TRIGGERS)
