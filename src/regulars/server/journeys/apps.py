from django.apps import AppConfig


class Journeys(AppConfig):
    name = "regulars.server.journeys"
    label = "journeys"
