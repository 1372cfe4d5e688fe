from django.apps import AppConfig


class Web(AppConfig):
    name = "regulars.server.web"
    label = "web"
