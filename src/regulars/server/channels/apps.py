from django.apps import AppConfig


class Channels(AppConfig):
    name = "regulars.server.channels"
    label = "channels"

    def ready(self) -> None:
        from regulars.server.channels import bricks
        from regulars.server.core.rules import Permission
        from regulars.server.web.bricks import Brick, add

        add(
            Brick(
                place="customer.main",
                order=60,
                template="channels/_contacts_brick.html",
                context=bricks.contacts,
                permission=Permission.SEE_CUSTOMERS,
            )
        )
