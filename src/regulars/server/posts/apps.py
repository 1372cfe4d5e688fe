from django.apps import AppConfig


class Posts(AppConfig):
    name = "regulars.server.posts"
    label = "posts"
