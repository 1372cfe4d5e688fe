from django.apps import AppConfig


class Referrals(AppConfig):
    name = "regulars.server.referrals"
    label = "referrals"

    def ready(self) -> None:
        from regulars.server.referrals import actions

        actions.add_way(actions.POINTS)
