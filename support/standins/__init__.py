"""Stand-ins for the HTTP services that a system depends on: scripted to misbehave, with a record of what they were asked.

A system derives its own from `standin.StandIn`; `script` defines rules and answers, `client` is for the harness.
"""
