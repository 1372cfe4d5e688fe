from django.apps import AppConfig


class Products(AppConfig):
    name = "regulars.server.products"
    label = "products"
