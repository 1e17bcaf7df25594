"""Explore: each file of `queries/explore/` as a page of its own, chosen by `?question=topic/name`."""

from bellwether.views import guard
from bellwether.views.explore import explored

guard.enter(__file__)
explored()
