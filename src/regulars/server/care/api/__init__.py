"""Work for other systems. Each write calls the action that the page calls, for a person."""

from regulars.server.care.api.answers import router as answers_router
from regulars.server.care.api.cards import router as cards_router
from regulars.server.care.api.contacts import router as contacts_router
from regulars.server.care.api.visits import router as visits_router

__all__ = ["answers_router", "cards_router", "contacts_router", "visits_router"]
