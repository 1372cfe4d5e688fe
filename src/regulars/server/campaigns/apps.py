from django.apps import AppConfig


class Campaigns(AppConfig):
    name = "regulars.server.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from regulars.server.campaigns import actions, queries
        from regulars.server.care import actions as care_actions
        from regulars.server.care import queries as care
        from regulars.server.outreach.queries import add

        care.lay("campaign_call", queries.work, stands=queries.STANDS)
        care_actions.tie(
            "campaign_call", care_actions.Ties(actions.answered, actions.open_again)
        )
        add(queries.planned)
