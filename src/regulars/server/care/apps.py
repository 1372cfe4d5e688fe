from django.apps import AppConfig


class Care(AppConfig):
    name = "regulars.server.care"
    label = "care"
