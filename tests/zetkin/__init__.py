"""Zetkin as a stand-in plays it, and what callers do there."""
