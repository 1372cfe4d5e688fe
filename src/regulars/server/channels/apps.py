from django.apps import AppConfig


class Channels(AppConfig):
    name = "regulars.server.channels"
    label = "channels"

    def ready(self) -> None:
        from regulars.server.channels.bricks import BRICKS
        from regulars.server.web import bricks

        bricks.add(*BRICKS)
