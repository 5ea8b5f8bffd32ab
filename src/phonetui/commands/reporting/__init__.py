"""The formats in which a report is written; each is made from the same `core.report.Report`."""
