from django.urls import path

from regulars.server.voice import views

app_name = "voice"
urlpatterns = [
    path("s/<str:token>/", views.public, name="public"),
    path("s/<str:token>/thanks", views.thanks, name="thanks"),
    path("surveys/", views.index, name="index"),
    path("surveys/new", views.make, name="make"),
    path("surveys/rules", views.rules, name="rules"),
    path("surveys/<slug:public_id>/", views.one, name="one"),
    path("surveys/<slug:public_id>/rows", views.rows, name="rows"),
    path("surveys/<slug:public_id>/answers.csv", views.export, name="export"),
    path("surveys/<slug:public_id>/bring", views.bring_answers, name="bring-answers"),
    path("surveys/<slug:public_id>/draft", views.draft, name="draft"),
    path("surveys/<slug:public_id>/build", views.build, name="build"),
    path("surveys/<slug:public_id>/preview", views.preview, name="preview"),
    path("surveys/<slug:public_id>/launch", views.launch, name="launch"),
    path("surveys/<slug:public_id>/archive", views.archive, name="archive"),
    path("surveys/<slug:public_id>/questions/new", views.add_question, name="add-question"),
    path(
        "surveys/<slug:public_id>/questions/<slug:question_id>",
        views.question,
        name="question",
    ),
    path("waves/<slug:public_id>/", views.wave, name="wave"),
    path("waves/<slug:public_id>/close", views.close, name="close"),
    path("waves/<slug:public_id>/links.csv", views.links, name="links"),
    path("invitations/<slug:public_id>", views.invitation, name="invitation"),
    path("customers/<slug:public_id>/surveys/<slug:wave_id>", views.fill, name="fill"),
    path("customers/<slug:public_id>/surveys/<slug:wave_id>/ask", views.invite, name="invite"),
    path("voice/answers/<slug:public_id>", views.answer, name="answer"),
    path("loop/", views.board, name="board"),
    path("loop/causes/new", views.add_cause, name="add-cause"),
    path("loop/causes/<slug:public_id>", views.cause, name="cause"),
    path("loop/done/new", views.improve, name="improve"),
    path("loop/<slug:public_id>", views.loop, name="loop"),
    path("loop/<slug:public_id>/reopen", views.reopen, name="reopen"),
    path("comments/", views.topics, name="topics"),
    path("comments/rows", views.comment_rows, name="comment-rows"),
    path("comments/bring", views.bring_comments, name="bring-comments"),
    path("satisfaction/", views.standing, name="standing"),
]
