from django.apps import AppConfig


class Delivery(AppConfig):
    name = "regulars.server.delivery"
    label = "delivery"
