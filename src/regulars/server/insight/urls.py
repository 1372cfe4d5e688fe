from django.urls import path

from regulars.server.insight.views import base, kpis, scores

app_name = "insight"
urlpatterns = [
    path("base/", base.base, name="base"),
    path("base/compute", base.compute, name="compute"),
    path("base/jobs/<slug:key>", base.job, name="job"),
    path("kpis/", kpis.kpis, name="kpis"),
    path("scores/", scores.runs, name="scores"),
    path("scores/now", scores.score_now, name="score-now"),
    path("scores/<slug:key>/", scores.run, name="run"),
]
