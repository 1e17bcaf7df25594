"""Benchmarks: everything as a ratio within one run, because machines and their neighbours differ."""
