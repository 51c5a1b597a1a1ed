"""Reach: who is enrolled in what, which mail goes and which waits, what people do not want."""
