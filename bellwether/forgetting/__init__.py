"""Forgetting one person: in the exports, in what was imported, in every version, in logs and in the store."""
