"""Who may see what: who looks, which roles that gives, and (in sessions.py) whether a sign-in still holds."""
