from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Voice(AppConfig):
    name = "regulars.server.voice"
    label = "voice"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.segments.queries import add_teller, offer
        from regulars.server.voice import actions, queries

        ties = work.Ties(actions.talked, actions.not_talked)
        for trigger, read in ((queries.LOW, queries.low), (queries.HIGH, queries.high)):
            care.lay(trigger, read, stands=queries.STANDS)
            work.tie(trigger, ties)
        add_teller(queries.moments)
        offer(*queries.FIELDS)
