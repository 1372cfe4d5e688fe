from django.apps import AppConfig


class Scoring(AppConfig):
    name = "regulars.server.scoring"
    label = "scoring"
