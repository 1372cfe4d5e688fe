from django.urls import path

from regulars.server.salons import views

app_name = "salons"
ONE = "salons/<slug:public_id>"
GUEST = f"{ONE}/guests/<slug:guest_id>"
urlpatterns = [
    path("invited/<str:token>/", views.public, name="public"),
    path("invited/<str:token>/calendar.ics", views.calendar, name="calendar"),
    path("invited/<str:token>/said", views.said, name="said"),
    path("salons/", views.index, name="index"),
    path("salons/new", views.new, name="new"),
    path("salons/kinds", views.kinds, name="kinds"),
    path("salons/kinds/new", views.new_kind, name="new-kind"),
    path("salons/kinds/<slug:code>", views.kind, name="kind"),
    path("salons/in/<str:token>", views.scanned, name="scanned"),
    path(f"{ONE}/", views.one, name="one"),
    path(f"{ONE}/change", views.change, name="change"),
    path(f"{ONE}/propose", views.propose, name="propose"),
    path(f"{ONE}/open", views.open_, name="open"),
    path(f"{ONE}/cancel", views.cancel, name="cancel"),
    path(f"{ONE}/settle", views.settle, name="settle"),
    path(f"{ONE}/parts/new", views.new_part, name="new-part"),
    path(f"{ONE}/parts/<int:pk>", views.part, name="part"),
    path(f"{ONE}/costs/new", views.new_cost, name="new-cost"),
    path(f"{ONE}/costs/<int:pk>", views.cost, name="cost"),
    path(f"{ONE}/result", views.result, name="result"),
    path(f"{ONE}/guests", views.guests, name="guests"),
    path(f"{ONE}/guests/file", views.export, name="export"),
    path(f"{ONE}/guests/add", views.add, name="add"),
    path(GUEST, views.guest, name="guest"),
    path(f"{GUEST}/off", views.take_off, name="take-off"),
    path(f"{GUEST}/invite", views.invite, name="invite"),
    path(f"{GUEST}/answer", views.answer, name="answer"),
    path(f"{GUEST}/said", views.heard, name="heard"),
    path(f"{GUEST}/parts", views.took_part, name="took-part"),
    path(f"{ONE}/door", views.door, name="door"),
    path(f"{ONE}/door/walk-in", views.walk_in, name="walk-in"),
    path(f"{GUEST}/in", views.check_in, name="check-in"),
    path(f"{GUEST}/out", views.check_out, name="check-out"),
    path(f"{GUEST}/friend", views.friend, name="friend"),
]
