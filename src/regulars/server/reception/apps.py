from django.apps import AppConfig


class Reception(AppConfig):
    name = "regulars.server.reception"
    label = "reception"
