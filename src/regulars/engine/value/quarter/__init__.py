"""What the customers we have will bring in the next quarter, with an interval that was tried.

History is cut into quarters of 91 days (13 weeks, so that weekdays stay whole) counted back
from the date. At each earlier cut the same ways of forecasting are tried on the customers
who were known by then, and compared with what those customers brought in the quarter after.
The way with the smallest errors is used, and the interval is as wide as its errors were; no
error is counted that the choice had already seen.

Ways
    last        as much as in the quarter before
    retained    that, times what the quarters after the earlier cuts kept of it on average
    year_ago    that, times what the quarter after kept a year (52 weeks) ago: season and loss
    model       MBG/NBD and gamma-gamma, customer by customer (companies that sell)
"""

from regulars.engine.value.quarter.forecasting import forecast_quarter, quarter_came
from regulars.engine.value.quarter.result import QUARTER, WAYS, QuarterForecast, Try, Way
from regulars.engine.value.quarter.trying import LEVEL

__all__ = [
    "LEVEL",
    "QUARTER",
    "WAYS",
    "QuarterForecast",
    "Try",
    "Way",
    "forecast_quarter",
    "quarter_came",
]
