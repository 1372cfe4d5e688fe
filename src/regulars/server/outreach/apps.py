from django.apps import AppConfig


class Outreach(AppConfig):
    name = "regulars.server.outreach"
    label = "outreach"
