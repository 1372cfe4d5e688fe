from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class Site(AppConfig):
    name = "regulars.server.site"
    label = "site"

    def ready(self) -> None:
        from regulars.server.core import custody

        # Every feature says in its `custody.py` what becomes of rows that name a customer.
        for feature in apps.get_app_configs():
            module = f"{feature.name}.custody"
            if feature.name.startswith("regulars.") and find_spec(module):
                custody.keep(*getattr(import_module(module), "KEPT", ()))
