from __future__ import annotations

from django.urls import path

from regulars.server.trade import views

app_name = "trade"
OF = "customers/<slug:public_id>/trade/"
urlpatterns = [
    path("trade/due", views.due, name="due"),
    path("customers/<slug:public_id>/trade", views.everything, name="all"),
    path(f"{OF}profile", views.profile, name="profile"),
    path(f"{OF}contacts/new", views.add_contact, name="add-contact"),
    path(f"{OF}contacts/find", views.find_person, name="find-person"),
    path(f"{OF}contacts/<slug:contact_id>", views.contact, name="contact"),
    path(f"{OF}contacts/<slug:contact_id>/remove", views.remove, name="remove-contact"),
    path(f"{OF}quotes/new", views.add_quote, name="add-quote"),
    path(f"{OF}quotes/<slug:quote_id>", views.quote, name="quote"),
    path(f"{OF}terms/new", views.add_terms, name="add-terms"),
    path(f"{OF}plans/new", views.add_plan, name="add-plan"),
    path(f"{OF}plans/<slug:plan_id>", views.plan, name="plan"),
    path(f"{OF}plans/<slug:plan_id>/close", views.close_plan, name="close-plan"),
    path(f"{OF}invoices/new", views.add_invoice, name="add-invoice"),
    path(f"{OF}invoices/<slug:invoice_id>", views.invoice, name="invoice"),
    path(f"{OF}invoices/<slug:invoice_id>/remove", views.remove_invoice, name="remove-invoice"),
]
