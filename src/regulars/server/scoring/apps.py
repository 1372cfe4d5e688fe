from django.apps import AppConfig


class Scoring(AppConfig):
    name = "regulars.server.scoring"
    label = "scoring"

    def ready(self) -> None:
        from regulars.server.scoring.bricks import BRICKS
        from regulars.server.web import bricks

        bricks.add(*BRICKS)
