from django.apps import AppConfig


class Insight(AppConfig):
    name = "regulars.server.insight"
    label = "insight"
