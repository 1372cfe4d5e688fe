"""Features that know the outcome are refused before anything is trained.

A value written down after the outcome makes every test look wonderful and every forecast
useless: the length of the call in which a product was sold, the closing date of those who
closed. Some are known by declaration (`known_at`), others only by evidence. The rules of
evidence, each with its reason:

1. *Alone.* No honest single feature orders rows almost perfectly: an AUC of 0.97 or more is
   refused.
2. *Beyond all others.* What all other features together leave open (1 less their AUC) is
   closed by 30 % or more by this one (and 0.02 at least), to an AUC of 0.85 or more. Honest
   features share what they know: on three public tables the best of 120 closed 9 %;
   `duration`, known only after the call, closed 60 %. Features that say the same (rank
   correlation of 0.8 or more) are left out of the others, so that a leak cannot hide behind
   its twin.
3. *A mark.* One word, or merely having or lacking a value, is the rarer outcome almost for
   certain (95 % interval from 0.95) and holds a tenth of it: a date filled in only for those
   who left.

What is refused wrongly is let through by declaring it `"before"`.
"""

from regulars.engine.learning.leakage.finding import Finding, Leak
from regulars.engine.learning.leakage.looking import KnownAt, find_leaks, refuse_leaks

__all__ = ["Finding", "KnownAt", "Leak", "find_leaks", "refuse_leaks"]
