from django.apps import AppConfig


class Segments(AppConfig):
    name = "regulars.server.segments"
    label = "segments"
