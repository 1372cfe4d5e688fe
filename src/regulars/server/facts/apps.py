from django.apps import AppConfig


class Facts(AppConfig):
    name = "regulars.server.facts"
    label = "facts"
