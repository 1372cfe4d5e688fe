app_name = "posts"
urlpatterns: list[object] = []
