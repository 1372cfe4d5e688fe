from django.urls import path

from regulars.server.rewards import views

app_name = "rewards"
CUSTOMER = "customers/<slug:public_id>/rewards"
PRESENT = "rewards/presents/<slug:public_id>"
urlpatterns = [
    path("rewards/", views.index, name="index"),
    path("rewards/counter", views.counter, name="counter"),
    path("rewards/counter/<slug:public_id>/back", views.take_back, name="take-back"),
    path("rewards/coupons/", views.coupons, name="coupons"),
    path("rewards/coupons/new", views.new_kind, name="new-kind"),
    path("rewards/coupons/<slug:public_id>/change", views.change_kind, name="change-kind"),
    path("rewards/coupons/<slug:public_id>/end", views.end_kind, name="end-kind"),
    path("rewards/coupons/<slug:public_id>/batch", views.new_batch, name="new-batch"),
    path("rewards/coupons/<slug:public_id>/void", views.void, name="void"),
    path("rewards/batches/<slug:public_id>/", views.batch, name="batch"),
    path("rewards/batches/<slug:public_id>/codes", views.codes, name="codes"),
    path("rewards/batches/<slug:public_id>/many", views.many, name="many"),
    path("rewards/batches/<slug:public_id>/close", views.close_batch, name="close-batch"),
    path("rewards/errands/<slug:public_id>", views.errand, name="errand"),
    path("rewards/gifts/", views.gifts, name="gifts"),
    path("rewards/gifts/new", views.new_gift, name="new-gift"),
    path("rewards/gifts/<slug:public_id>/", views.gift, name="gift"),
    path("rewards/gifts/<slug:public_id>/change", views.change_gift, name="change-gift"),
    path("rewards/gifts/<slug:public_id>/stock", views.stock, name="stock"),
    path(f"{PRESENT}/", views.present, name="present"),
    path(f"{PRESENT}/approve", views.approve, name="approve"),
    path(f"{PRESENT}/refuse", views.refuse, name="refuse"),
    path(f"{PRESENT}/withdraw", views.withdraw, name="withdraw"),
    path(f"{PRESENT}/hand", views.hand, name="hand"),
    path(f"{PRESENT}/back", views.come_back, name="come-back"),
    path("rewards/privileges/", views.privileges, name="privileges"),
    path("rewards/privileges/new", views.new_privilege, name="new-privilege"),
    path(
        "rewards/privileges/<slug:public_id>/change",
        views.change_privilege,
        name="change-privilege",
    ),
    path("rewards/privileges/<slug:public_id>/end", views.end_privilege, name="end-privilege"),
    path("rewards/uses/<slug:public_id>/undo", views.undo, name="undo"),
    path("rewards/costs", views.costs, name="costs"),
    path("rewards/behind", views.behind, name="behind"),
    path("rewards/export", views.export, name="export"),
    path("rewards/settings", views.settings, name="settings"),
    path(f"{CUSTOMER}/", views.story, name="story"),
    path(f"{CUSTOMER}/use/<slug:privilege>", views.use, name="use"),
    path(f"{CUSTOMER}/coupon", views.give_coupon, name="give-coupon"),
    path(f"{CUSTOMER}/gift", views.ask, name="ask"),
]
