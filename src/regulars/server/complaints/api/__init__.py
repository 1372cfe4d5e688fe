"""Complaints for other systems: taken in, noted on, answered, closed, called back."""

from ninja import Router

from regulars.server.complaints.api.dealing import router as dealing
from regulars.server.complaints.api.taking import router as taking

router = Router(tags=["work"])
router.add_router("", taking)
router.add_router("", dealing)

__all__ = ["router"]
