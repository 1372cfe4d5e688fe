from django.urls import path

from regulars.server.delivery.views import lines, outbox, public, steering

app_name = "delivery"
urlpatterns = [
    path("stop/<str:token>", public.stop, name="stop"),
    path("hooks/<slug:secret>", public.hook, name="hook"),
    path("lines/", lines.index, name="lines"),
    path("lines/new", lines.choose, name="line-kinds"),
    path("lines/new/<slug:kind>", lines.add, name="add-line"),
    path("lines/<slug:public_id>/", lines.one, name="line"),
    path("lines/<slug:public_id>/switch", lines.switch, name="switch-line"),
    path("lines/<slug:public_id>/prefer", lines.prefer, name="prefer-line"),
    path("lines/<slug:public_id>/test", lines.test, name="test-line"),
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/unknown", steering.unknown, name="unknown"),
    path("outbox/pause-all", steering.hold_all, name="pause-all"),
    path("outbox/<slug:public_id>/", outbox.one, name="mailing"),
    path("outbox/<slug:public_id>/messages", outbox.rows, name="rows"),
    path("outbox/<slug:public_id>/export", outbox.export, name="export"),
    path("outbox/<slug:public_id>/pause", steering.pause, name="pause"),
    path("outbox/<slug:public_id>/remind", steering.remind, name="remind"),
    path("outbox/<slug:public_id>/resume", steering.resume, name="resume"),
    path("outbox/<slug:public_id>/stop", steering.stop, name="stop-mailing"),
    path("messages/<slug:public_id>", outbox.message, name="message"),
    path("customers/<slug:public_id>/messages", outbox.of_customer, name="of-customer"),
]
