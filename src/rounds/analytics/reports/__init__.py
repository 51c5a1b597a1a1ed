"""Reports: the sections that fill them, each a reading of the records through the eyes of who gets it (docs/reports.md)."""
