from django.apps import AppConfig


class Books(AppConfig):
    name = "regulars.server.books"
    label = "books"
