from django.apps import AppConfig


class Rewards(AppConfig):
    name = "regulars.server.rewards"
    label = "rewards"
