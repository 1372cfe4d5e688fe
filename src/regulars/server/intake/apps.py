from django.apps import AppConfig


class Intake(AppConfig):
    name = "regulars.server.intake"
    label = "intake"
