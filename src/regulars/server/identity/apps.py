from django.apps import AppConfig


class Identity(AppConfig):
    name = "regulars.server.identity"
    label = "identity"
