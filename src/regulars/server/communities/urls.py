from django.urls import path

from regulars.server.communities.views import meetings, members, pages, posts, public

app_name = "communities"
urlpatterns = [
    path("communities/", pages.index, name="index"),
    path("communities/new", pages.new, name="new"),
    path("communities/<slug:public_id>/", pages.one, name="one"),
    path("communities/<slug:public_id>/change", pages.change, name="change"),
    path("communities/<slug:public_id>/end", pages.end, name="end"),
    path("communities/<slug:public_id>/rows/<slug:which>", pages.rows, name="rows"),
    path("communities/<slug:public_id>/members", members.enter, name="enter"),
    path("communities/<slug:public_id>/meetings/new", meetings.new, name="new-meeting"),
    path("communities/<slug:public_id>/posts/new", posts.new, name="new-post"),
    path("communities/members/<int:number>", members.one, name="one-member"),
    path("communities/members/<int:number>/leave", members.leave, name="leave"),
    path("communities/members/<int:number>/host", members.host, name="host"),
    path("communities/members/<int:number>/deed", members.deed, name="deed"),
    path("communities/askings/<slug:public_id>", members.answer, name="answer"),
    path("communities/meetings/<slug:public_id>", meetings.one, name="meeting"),
    path("communities/meetings/<slug:public_id>/held", meetings.held, name="held"),
    path("communities/meetings/<slug:public_id>/off", meetings.call_off, name="call-off"),
    path("communities/meetings/<slug:public_id>/invite", meetings.invite, name="invite"),
    path("communities/posts/<slug:public_id>", posts.one, name="post"),
    path("communities/posts/<slug:public_id>/change", posts.change, name="change-post"),
    path("communities/posts/<slug:public_id>/move", posts.move, name="move-post"),
    path("customers/<slug:public_id>/communities/new", members.join, name="join"),
    path("community/<slug:public_id>", public.door, name="door"),
    path("member/<str:token>", public.member, name="member"),
    path("member/<str:token>/answer/<slug:public_id>", public.say, name="say"),
    path("member/<str:token>/idea", public.idea, name="idea"),
    path("member/<str:token>/leave", public.leave, name="leave-by-link"),
]
