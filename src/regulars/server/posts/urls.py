from django.urls import path

from regulars.server.posts import views

app_name = "posts"
urlpatterns = [
    path("posts/", views.index, name="index"),
    path("posts/new", views.new, name="new"),
    path("posts/approvals", views.approvals, name="approvals"),
    path("posts/board", views.board, name="board"),
    path("posts/mine", views.mine, name="mine"),
    path("posts/card", views.card, name="card"),
    path("posts/faces/<slug:public_id>", views.portrait, name="portrait"),
    path("posts/personas", views.settings, name="settings"),
    path("posts/personas/new", views.add_persona, name="add-persona"),
    path("posts/personas/message", views.message, name="message"),
    path("posts/personas/<slug:public_id>/", views.one_persona, name="persona"),
    path("posts/personas/<slug:public_id>/customers", views.customers, name="customers"),
    path("posts/personas/<slug:public_id>/move", views.move_persona, name="move-persona"),
    path("posts/personas/<slug:public_id>/away", views.put_away_persona, name="put-away"),
    path("posts/slots/new", views.add_slot, name="add-slot"),
    path("posts/slots/<slug:public_id>/away", views.put_away_slot, name="put-away-slot"),
    path("posts/<slug:public_id>/", views.one, name="item"),
    path("posts/<slug:public_id>/picture", views.picture, name="picture"),
    path("posts/<slug:public_id>/submit", views.submit, name="submit"),
    path("posts/<slug:public_id>/approve", views.approve, name="approve"),
    path("posts/<slug:public_id>/send-back", views.send_back, name="send-back"),
    path("posts/<slug:public_id>/take-back", views.take_back, name="take-back"),
    path("posts/<slug:public_id>/take-away", views.take_away, name="take-away"),
    path("posts/<slug:public_id>/managers", views.managers, name="managers"),
    path("posts/<slug:public_id>/mark", views.mark, name="mark"),
]
