"""Records of who the customers are. Row security guards each table (see migrations)."""

from regulars.server.customers.models.customer import Customer, CustomerQuerySet
from regulars.server.customers.models.documents import Document
from regulars.server.customers.models.history import History
from regulars.server.customers.models.households import Household, Member
from regulars.server.customers.models.keys import CustomerSearch, FactKey
from regulars.server.customers.models.life import LifeEvent
from regulars.server.customers.models.preferences import Preference
from regulars.server.customers.models.seen import SeenValue, SeenValueQuerySet
from regulars.server.customers.models.ties import Relation
from regulars.server.customers.models.tombstones import Tombstone

__all__ = [
    "Customer",
    "CustomerQuerySet",
    "CustomerSearch",
    "Document",
    "FactKey",
    "History",
    "Household",
    "LifeEvent",
    "Member",
    "Preference",
    "Relation",
    "SeenValue",
    "SeenValueQuerySet",
    "Tombstone",
]
