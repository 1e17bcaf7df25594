"""The lab: a question of one's own, asked read-only, seen as rows, chart and plan, and saved as a page."""

from bellwether.views import guard
from bellwether.views.lab import lab

guard.enter(__file__)
lab()
