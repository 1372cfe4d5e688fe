from django.urls import path

from regulars.server.journeys.views import pages, steering, writing

app_name = "journeys"
urlpatterns = [
    path("journeys/", pages.index, name="index"),
    path("journeys/new", pages.new, name="new"),
    path("journeys/travellers/<slug:public_id>/", pages.traveller, name="traveller"),
    path("journeys/travellers/<slug:public_id>/out", pages.take_out, name="take-out"),
    path("journeys/<slug:public_id>/", pages.one, name="one"),
    path("journeys/<slug:public_id>/people", pages.people, name="people"),
    path("journeys/<slug:public_id>/export", pages.export, name="export"),
    path("journeys/<slug:public_id>/edit", writing.edit, name="edit"),
    path("journeys/<slug:public_id>/name", writing.rename, name="rename"),
    path("journeys/<slug:public_id>/frame", writing.frame, name="frame"),
    path("journeys/<slug:public_id>/steps/new", writing.kinds, name="kinds"),
    path("journeys/<slug:public_id>/steps/new/<slug:kind>", writing.add, name="add"),
    path("journeys/<slug:public_id>/steps/<slug:step_id>", writing.step, name="step"),
    path(
        "journeys/<slug:public_id>/steps/<slug:step_id>/remove", writing.remove, name="remove"
    ),
    path(
        "journeys/<slug:public_id>/steps/<slug:step_id>/move/<slug:way>",
        writing.shift,
        name="shift",
    ),
    path("journeys/<slug:public_id>/versions/<int:number>", pages.version, name="version"),
    path("journeys/<slug:public_id>/publish", steering.publish, name="publish"),
    path("journeys/<slug:public_id>/withdraw", steering.withdraw, name="withdraw"),
    path("journeys/<slug:public_id>/approve", steering.approve, name="approve"),
    path("journeys/<slug:public_id>/send-back", steering.send_back, name="send-back"),
    path("journeys/<slug:public_id>/start", steering.start, name="start"),
    path("journeys/<slug:public_id>/pause", steering.pause, name="pause"),
    path("journeys/<slug:public_id>/resume", steering.resume, name="resume"),
    path("journeys/<slug:public_id>/stop", steering.stop, name="stop"),
]
