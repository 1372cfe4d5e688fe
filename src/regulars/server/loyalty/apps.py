from django.apps import AppConfig


class Loyalty(AppConfig):
    name = "regulars.server.loyalty"
    label = "loyalty"
