"""Surveys for other systems: what they come to, whom they ask, answers, comments, loops."""

from regulars.server.voice.api.fielding import router as fielding_router
from regulars.server.voice.api.surveys import loops_router, router

router.add_router("", fielding_router)

__all__ = ["loops_router", "router"]
