"""Opportunities of a file: sheets and separated text, each row judged alone."""

from regulars.server.opportunities.loading.bringing import COLUMNS, Brought, Refusal, bring
from regulars.server.opportunities.loading.invented import bring_invented
from regulars.server.opportunities.loading.reading import Unreadable, read

__all__ = ["COLUMNS", "Brought", "Refusal", "Unreadable", "bring", "bring_invented", "read"]
