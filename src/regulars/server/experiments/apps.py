from django.apps import AppConfig


class Experiments(AppConfig):
    name = "regulars.server.experiments"
    label = "experiments"
