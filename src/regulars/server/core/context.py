"""What every template knows: the company."""

from __future__ import annotations

from django.http import HttpRequest

from regulars.server.core import queries


def company(request: HttpRequest) -> dict[str, object]:
    return {"company": queries.company(), "theme": request.COOKIES.get("regulars_theme", "")}
