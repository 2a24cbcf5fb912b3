"""From behave's run to what people read."""
