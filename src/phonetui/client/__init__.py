"""The caller's machine: the encrypted journal, the outbox, and the desk that a front end holds."""
