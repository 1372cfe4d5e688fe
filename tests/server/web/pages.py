"""Addresses for the browser tests: the frame with two cards, a drawer and a chart."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from regulars.server.web.answers import saved

CARD = """<article class="card task" data-card tabindex="0"><form method="post" action="/">
<input type="hidden" name="outcome"><div class="outs">
<button class="btn" type="button" data-outcome="reached" aria-pressed="false">Reached</button>
<button class="btn" type="button" data-outcome="no_answer" aria-pressed="false">No</button>
</div><div class="step2">
<button class="btn" type="button" data-next data-for="reached">Done</button>
<button class="btn" type="button" data-next data-for="no_answer">Again</button>
</div></form></article>"""

HOME = (
    """{% extends "web/base.html" %}
{% block title %}Cards{% endblock %}
{% block content %}<form class="search"><input data-search name="q"></form>
<a id="open" data-key="n" href="/drawer"
  hx-get="/drawer" hx-target="#drawer" hx-push-url="true">Open</a>
<a id="fail" href="/broken" hx-get="/broken" hx-target="#drawer">Fail</a>
{% why "Why" %}because{% endwhy %}
{% chart "balance" data "A year" 220 %}"""
    + CARD * 2
    + '<div class="donebar">Kept<button type="button" data-undo="10">Undo</button></div>'
    + "{% endblock %}"
)
DRAWER = """{% extends request|drawer_or_page %}{% block title %}Record{% endblock %}
{% block content %}<form data-draft="one"><input id="said" name="said"></form>{% endblock %}
{% block foot %}<button>Save</button>{% endblock %}"""
STRICT = """{% extends request|drawer_or_page %}{% block title %}Strict{% endblock %}
{% block content %}<form id="strict" method="post" action="/strict" hx-post="/strict"
  hx-target="#drawer">{% csrf_token %}<input id="why" name="why" value="{{ why }}">
  {% if refused %}<p id="refused">Say why.</p>{% endif %}</form>{% endblock %}
{% block foot %}<button form="strict">Save</button>{% endblock %}"""
DATA = {"points": [["2026-11-20", 3_100_000], ["2026-11-21", 2_184_000]], "unit": "money"}


def home(request: HttpRequest) -> HttpResponse:
    return _page(request, HOME)


def drawer(request: HttpRequest) -> HttpResponse:
    return _page(request, DRAWER)


def strict(request: HttpRequest) -> HttpResponse:
    why = request.POST.get("why", "")
    if why:
        return saved(request, "/")
    told = {"why": why, "refused": request.method == "POST"}
    return _page(request, STRICT, status=422 if told["refused"] else 200, **told)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse("The branch is closed today.", status=503, content_type="text/plain")


def _page(
    request: HttpRequest, text: str, *, status: int = 200, **told: object
) -> HttpResponse:
    template = engines["django"].from_string(text)
    return HttpResponse(template.render({"data": DATA, **told}, request), status=status)


urlpatterns = [
    path("", include("regulars.server.web.urls")),
    path("", home),
    path("drawer", drawer),
    path("strict", strict),
    path("broken", broken),
]
