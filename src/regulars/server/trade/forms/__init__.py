"""What a person may write down about trade with an organisation, in under a minute."""

from regulars.server.trade.forms.deals import AnswerForm, QuoteForm, TermsForm
from regulars.server.trade.forms.invoices import InvoiceForm, PaymentForm
from regulars.server.trade.forms.people import ContactForm, ProfileForm
from regulars.server.trade.forms.plans import PlanForm, ResultForm

__all__ = [
    "AnswerForm",
    "ContactForm",
    "InvoiceForm",
    "PaymentForm",
    "PlanForm",
    "ProfileForm",
    "QuoteForm",
    "ResultForm",
    "TermsForm",
]
