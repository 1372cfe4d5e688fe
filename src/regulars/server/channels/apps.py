from django.apps import AppConfig

# What went out to a customer, for whoever asks what an assignment did through contacts.
CONTACTS = (
    "select customer_id, at::date as day from channels_touch "
    "where not inbound and reversed_at is null"
)


class Channels(AppConfig):
    name = "regulars.server.channels"
    label = "channels"

    def ready(self) -> None:
        from regulars.server.channels.bricks import BRICKS
        from regulars.server.experiments import queries as experiments
        from regulars.server.web import bricks

        bricks.add(*BRICKS)
        experiments.contacts_from(CONTACTS)
