"""A small API whose one write leaves one line in the trail: for drills of repeated writes."""

from __future__ import annotations

from typing import Any

from django.urls import path

from regulars.server.core import audit
from regulars.server.core.api import Api, Keyed, KeyedRequest
from regulars.server.core.rights import Right
from regulars.server.site.urls import urlpatterns as ours

api = Api(title="Notes", version="1", urls_namespace="notes")


@api.post("/notes", auth=Keyed(Right.FACTS_WRITE))
def note(request: KeyedRequest, text: str) -> dict[str, Any]:
    audit.record("tests.note", text, by=request.api_key, at=request.at)
    return {"text": text, "at": request.at.isoformat()}


urlpatterns = [path("api/drill/", api.urls), *ours]
