"""Answers people's requests with the help of an AI service, through retries, circuit breakers, time limits and fallback answers."""
