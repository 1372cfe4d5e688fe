from django.apps import AppConfig


class Administration(AppConfig):
    name = "regulars.server.administration"
    label = "administration"
