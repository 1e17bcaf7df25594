"""Catalogue: what there is, what each figure is made from down to the exports, and what each column is used for."""

from bellwether.views import catalogue, guard

guard.enter(__file__)
catalogue.catalogue()
