"""Stand-ins for services of other companies: their behaviour is scripted, and their requests are recorded."""
