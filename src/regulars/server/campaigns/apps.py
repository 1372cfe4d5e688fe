from django.apps import AppConfig


class Campaigns(AppConfig):
    name = "regulars.server.campaigns"
    label = "campaigns"
