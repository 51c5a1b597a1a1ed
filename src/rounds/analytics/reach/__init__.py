"""What came of what was sent: by sequence, step, variant, segment and tier. Never imports actions."""
