"""Work for other systems. Each write calls the action that the page calls, for a person."""

from regulars.server.care.api.cards import router as cards_router
from regulars.server.care.api.contacts import router as contacts_router

__all__ = ["cards_router", "contacts_router"]
