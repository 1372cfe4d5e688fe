"""Who will matter most next: an order of the customers that proved itself on the past.

A calibrated level and the best order are two jobs. Models of purchases win on the level; for
choosing the best fifth, forests on what a customer did lately, blended by rank with such a
model and with past revenue, catch more. The way:

`plan` (days of the past) -> `snapshots` (customers as of each, and what came) -> `boosting`
and `expecting` (two forecasts, past revenue the third) -> `blending` (weights, tried on
earlier days) -> `quality` (judged on later ones) -> `scoring` (everybody).
"""

from __future__ import annotations

from regulars.engine.ranking.importance import Importance
from regulars.engine.ranking.quality import RankingQuality
from regulars.engine.ranking.whole import Ranking, rank

__all__ = ["Importance", "Ranking", "RankingQuality", "rank"]
