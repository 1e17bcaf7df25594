"""Where figures come from and what columns are used for: read from the SQL and the code, declared nowhere."""
