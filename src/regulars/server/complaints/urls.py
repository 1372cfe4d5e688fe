from django.urls import path

from regulars.server.complaints import views

app_name = "complaints"
urlpatterns = [
    path("complaints/", views.index, name="index"),
    path("complaints/new", views.new, name="new"),
    path("complaints/find", views.find, name="find"),
    path("complaints/figures", views.figures, name="figures"),
    path("complaints/behind", views.behind, name="behind"),
    path("complaints/import", views.bring, name="bring"),
    path("complaints/export", views.export, name="export"),
    path("complaints/rules", views.rules, name="rules"),
    path("complaints/rules/<slug:which>", views.entry, name="entry"),
    path("complaints/<slug:public_id>/", views.one, name="one"),
    path("complaints/<slug:public_id>/acknowledge", views.acknowledge, name="acknowledge"),
    path("complaints/<slug:public_id>/phone", views.phone, name="phone"),
    path("complaints/<slug:public_id>/attach", views.attach, name="attach"),
    path("complaints/<slug:public_id>/files/<slug:document_id>", views.paper, name="paper"),
    path("complaints/<slug:public_id>/take", views.take, name="take"),
    path("complaints/<slug:public_id>/hand", views.hand, name="hand"),
    path("complaints/<slug:public_id>/note", views.note, name="note"),
    path("complaints/<slug:public_id>/change", views.change, name="change"),
    path("complaints/<slug:public_id>/wait", views.wait, name="wait"),
    path("complaints/<slug:public_id>/go-on", views.go_on, name="go-on"),
    path("complaints/<slug:public_id>/more-time", views.more_time, name="more-time"),
    path("complaints/<slug:public_id>/more-time/<slug:asked>", views.decide, name="decide"),
    path("complaints/<slug:public_id>/link", views.link, name="link"),
    path("complaints/<slug:public_id>/answer", views.answer, name="answer"),
    path("complaints/<slug:public_id>/close", views.close, name="close"),
    path("complaints/<slug:public_id>/call", views.call, name="call"),
    path("complaints/<slug:public_id>/reopen", views.reopen, name="reopen"),
]
