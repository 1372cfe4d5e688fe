from django.apps import AppConfig


class Privacy(AppConfig):
    name = "regulars.server.privacy"
    label = "privacy"
