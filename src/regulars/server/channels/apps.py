from django.apps import AppConfig


class Channels(AppConfig):
    name = "regulars.server.channels"
    label = "channels"
