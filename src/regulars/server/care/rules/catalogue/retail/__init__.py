"""Triggers of a shop, with or without a counter."""

from regulars.server.care.rules.catalogue.retail import buying, members

TRIGGERS = (*buying.TRIGGERS, *members.TRIGGERS)
