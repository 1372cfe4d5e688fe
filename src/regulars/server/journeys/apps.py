from django.apps import AppConfig


class Journeys(AppConfig):
    name = "regulars.server.journeys"
    label = "journeys"

    def ready(self) -> None:
        from regulars.server.care import actions as work
        from regulars.server.care import queries as care
        from regulars.server.journeys import actions, queries
        from regulars.server.outreach import queries as outreach
        from regulars.server.segments.queries import add_teller

        care.lay(queries.STEP, queries.work, stands=queries.STANDS)
        work.tie(queries.STEP, work.Ties(actions.do_errands, actions.reopen_errands))
        add_teller(queries.moments)
        outreach.add(queries.planned)
