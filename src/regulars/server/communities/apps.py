from django.apps import AppConfig


class Communities(AppConfig):
    name = "regulars.server.communities"
    label = "communities"
