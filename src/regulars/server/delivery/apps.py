from django.apps import AppConfig


class Delivery(AppConfig):
    name = "regulars.server.delivery"
    label = "delivery"

    def ready(self) -> None:
        from regulars.server.core import custody
        from regulars.server.delivery.custody import KEPT

        custody.keep(*KEPT)
