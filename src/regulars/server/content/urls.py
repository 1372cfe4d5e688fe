from django.urls import path, re_path

from regulars.server.content.views import files, messages, pages, words, writing

app_name = "content"
CODE = r"^scripts/text/(?P<code>[a-z0-9][a-z0-9-]{0,59})"
urlpatterns = [
    path("scripts/", pages.index, name="index"),
    path("scripts/new/<slug:kind>", writing.new, name="new"),
    path("scripts/bring", files.bring, name="bring"),
    path("scripts/messages/bring", files.bring_messages, name="bring-messages"),
    path("scripts/messages.csv", files.messages_file, name="messages-file"),
    path("scripts/template.csv", files.template, name="template"),
    path("scripts/preview", messages.preview, name="preview"),
    path("scripts/words", words.words, name="words"),
    path("scripts/words/remove", words.remove, name="remove-word"),
    path("scripts/trades", words.trades, name="trades"),
    re_path(CODE + r"/$", pages.one, name="one"),
    re_path(CODE + r"/write$", writing.write, name="write"),
    re_path(CODE + r"/file$", files.file, name="file"),
    re_path(CODE + r"/version/(?P<number>[0-9]{1,6})$", pages.version, name="version"),
    re_path(CODE + r"/submit$", writing.submit, name="submit"),
    re_path(CODE + r"/decide$", writing.decide, name="decide"),
    re_path(CODE + r"/copied$", messages.copied, name="copied"),
    re_path(CODE + r"/keep$", writing.keep, name="keep"),
]
