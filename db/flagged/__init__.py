"""The flags that are open and wait for somebody, and the whole record of a flagged case."""
