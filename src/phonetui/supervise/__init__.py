"""The front end of those who run an evening: supervisors and owners."""
