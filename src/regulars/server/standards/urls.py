from django.urls import path

from regulars.server.standards import views

app_name = "standards"
urlpatterns = [
    path("standards/", views.index, name="index"),
    path("standards/classes/", views.classes, name="classes"),
    path("standards/stages/", views.stages, name="stages"),
    path("standards/versions/", views.history, name="history"),
    path("standards/versions/<int:number>/", views.version, name="version"),
    path("standards/draft/", views.draft, name="draft"),
    path("standards/draft/start", views.start, name="start"),
    path("standards/draft/discard", views.discard, name="discard"),
    path("standards/draft/cell", views.cell, name="cell"),
    path("standards/draft/cell/try", views.attempt, name="try"),
    path("standards/draft/hours", views.hours, name="hours"),
    path("standards/draft/classes/<slug:code>", views.plan, name="plan"),
    path("standards/draft/stages/<slug:stage>", views.treatment, name="treatment"),
    path("standards/draft/adopt", views.adopt, name="adopt"),
    path("standards/negative/", views.negative, name="negative"),
    path("standards/negative/<str:public_id>/propose", views.propose, name="propose"),
    path("standards/self-service/<str:steering_id>", views.steering, name="steering"),
    path("standards/self-service/<str:steering_id>/withdraw", views.withdraw, name="withdraw"),
    path("standards/self-service/<str:steering_id>/end", views.end, name="end"),
]
