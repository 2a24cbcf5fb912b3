"""What the other side saw: requests, connections, alerts."""
