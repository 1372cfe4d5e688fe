from django.urls import path

from regulars.server.care import views

app_name = "care"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("today/rest", views.rest, name="rest"),
    path("today/ahead", views.ahead, name="ahead"),
    path("today/<str:public_id>/outcome", views.outcome, name="outcome"),
    path("today/<str:public_id>/snooze", views.snooze, name="snooze"),
    path("today/<str:public_id>/promise", views.promise, name="promise"),
    path("today/<str:public_id>/undo", views.undo, name="undo"),
    path("contacts/new", views.contact, name="contact"),
    path("contacts/<str:public_id>/undo", views.undo_contact, name="undo_contact"),
    path("contacts/find", views.find, name="find"),
    path("contacts/checklist", views.checklist, name="checklist"),
    path("visits/new", views.plan_visit, name="plan_visit"),
    path("visits/<str:public_id>/arrived", views.check_in, name="check_in"),
    path("visits/<str:public_id>/off", views.cancel_visit, name="cancel_visit"),
    path("triggers/", views.triggers, name="triggers"),
    path("triggers/packs", views.packs, name="packs"),
    path("triggers/reasons", views.reasons, name="reasons"),
    path("triggers/own/new", views.own_new, name="own_new"),
    path("triggers/own/try", views.own_try, name="own_try"),
    path("triggers/own/<slug:code>", views.own_change, name="own_change"),
    path("triggers/<slug:code>", views.trigger, name="trigger"),
    path("triggers/<slug:code>/switch", views.switch_trigger, name="switch_trigger"),
    path("triggers/<slug:code>/restore", views.restore_trigger, name="restore_trigger"),
    path("triggers/<slug:code>/from-now", views.from_now, name="from_now"),
    path("team/", views.team, name="team"),
    path("team/notes", views.notes, name="notes"),
    path("team/rows", views.team_rows, name="team_rows"),
    path("team/<int:key>/help", views.help_, name="help"),
    path("team/<int:key>/capacity", views.capacity, name="capacity"),
]
