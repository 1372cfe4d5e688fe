from django.urls import path

from regulars.server.training.views import items, mine, samples, team

app_name = "training"
urlpatterns = [
    path("training/", mine.index, name="index"),
    path("training/item/<slug:public_id>", mine.item, name="item"),
    path("training/item/<slug:public_id>/done", mine.confirm, name="confirm"),
    path("training/team", team.team, name="team"),
    path("training/people/<slug:public_id>", team.person, name="person"),
    path("training/people/<slug:public_id>/sign", team.sign, name="sign"),
    path("training/people/<slug:public_id>/ask", team.ask, name="ask"),
    path("training/done/<int:number>/withdraw", team.withdraw, name="withdraw"),
    path("training/items", items.index, name="items"),
    path("training/items/new", items.new, name="new-item"),
    path("training/items/adopt", items.adopt, name="adopt"),
    path("training/items/<slug:public_id>", items.change, name="change-item"),
    path("training/items/<slug:public_id>/end", items.end, name="end-item"),
    path("training/samples", samples.index, name="samples"),
    path("training/samples/draw", samples.draw, name="draw"),
    path("training/samples/<slug:public_id>", samples.one, name="sample"),
    path("training/weak", team.weak, name="weak"),
    path("training/weak/<slug:public_id>/<int:group>", team.weak_cell, name="weak-cell"),
]
