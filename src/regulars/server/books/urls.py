from django.urls import path

from regulars.server.books import views

app_name = "books"
urlpatterns = [
    path("books/", views.index, name="index"),
    path("books/duties/", views.duties, name="duties"),
    path("books/pool/", views.pool, name="pool"),
    path("books/pool/<slug:public_id>/claim", views.claim, name="claim"),
    path("books/nobody/", views.nobody, name="nobody"),
    path("books/nobody/give", views.give, name="give"),
    path("books/release/<slug:public_id>/", views.release, name="release"),
    path("books/<int:key>/", views.book, name="book"),
    path("books/<int:key>/holders", views.holders, name="holders"),
    path("books/<int:key>/hand-over", views.hand_over, name="hand-over"),
]
