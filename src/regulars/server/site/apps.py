from django.apps import AppConfig


class Site(AppConfig):
    name = "regulars.server.site"
    label = "site"
