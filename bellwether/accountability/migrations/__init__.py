"""The store's schema, step by step; run by `bellwether.accountability.migrate`."""
