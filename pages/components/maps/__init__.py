"""The counties drawn: as tiles, or in outlines that the operator gives."""
