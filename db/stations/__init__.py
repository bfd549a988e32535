"""The stations open in a month, each by itself and added up: what the screens of desks and officers list."""

from db.stations.listing import stations_of, sums_of
from db.stations.over_time import RatioPoint, children_per_desk_by_month, women_per_cases_by_month
from db.stations.station import Station, desks_to_act_on, women_missing, women_to_act_on
from db.stations.together import Item, Together, together

__all__ = [
    "Item",
    "RatioPoint",
    "Station",
    "Together",
    "children_per_desk_by_month",
    "desks_to_act_on",
    "stations_of",
    "sums_of",
    "together",
    "women_missing",
    "women_per_cases_by_month",
    "women_to_act_on",
]
