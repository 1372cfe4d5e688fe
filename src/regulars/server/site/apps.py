from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class Site(AppConfig):
    name = "regulars.server.site"
    label = "site"

    def ready(self) -> None:
        from regulars.server.core import custody, retention

        # Every feature says in its `custody.py` what becomes of rows that name a customer,
        # and how long what it holds is kept.
        for feature in apps.get_app_configs():
            name = f"{feature.name}.custody"
            if feature.name.startswith("regulars.") and find_spec(name):
                module = import_module(name)
                custody.keep(*getattr(module, "KEPT", ()))
                retention.keep(*getattr(module, "PERIODS", ()))
