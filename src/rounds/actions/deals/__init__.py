"""Everything that is done with deals."""
