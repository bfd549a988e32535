"""What is told of the whole country to every viewer: a view that names no county, station or case."""

from sqlalchemy import Column, Integer, MetaData, Table

views = MetaData()

# How many follow-ups there are: who has kept a sum of them knows by it whether another came in.
national_follow_up = Table("national_follow_up", views, Column("entries", Integer))

NATIONAL_VIEWS = tuple(views.sorted_tables)
