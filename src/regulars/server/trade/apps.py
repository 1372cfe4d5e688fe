from django.apps import AppConfig


class Trade(AppConfig):
    name = "regulars.server.trade"
    label = "trade"
