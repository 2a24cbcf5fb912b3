"""A TCP proxy that breaks links on request: a process of its own that speaks Toxiproxy 2.12's HTTP API.

`python -m support.fault_proxy.server --host 127.0.0.1 --port 8474 [--seed N] [--config FILE]` serves the API and prints
`ready on HOST:PORT`. `support.fault_proxy.client` is the client, for this proxy and for Toxiproxy alike.

What is more than Toxiproxy has
- Randomness can be replayed: toxicity, jitter and slice sizes are drawn from the seed, the proxy's name, the
  connection's number and the toxic's name, whatever the timing. `GET /version` tells the seed. `POST /reset` with
  {"seed": N} sets it and begins the numbers of the draws anew, so that they do not hang on what was before.
- `GET /proxies/{p}` has `counters` {connections, open, failed, upstream: {received, sent}, downstream: {received,
  sent}}: connections accepted, open now, and those whose upstream could not be reached; bytes taken from the sender and
  given on to the receiver. Counters live as long as the process and go on when a proxy is deleted and made anew: take
  differences.
- Clients that connect from `PROBES_COME_FROM` are the harness's probes: counted in `probes` (same shape), not in
  `counters`, with connection numbers of their own, so that they shift nobody's draws. Toxics treat them as all.
- `GET /proxies/{p}/connections`: the last 1000 connections {number, probe, client_port, opened, closed (unix seconds or
  null), upstream, downstream (bytes as above), toxics (names of those that it drew)}.
- Toxic `blackhole` (stream upstream, no attributes, Linux): new connects get no answer at all, open connections fall
  silent both ways. Bytes under way are kept and go on after removal; connects that hang get through by the client's own
  repeated SYN (after 1 s, then later and later).

As in Toxiproxy, the end of one direction ends the connection once the bytes before it are out; there is no half-close.

Where we differ from Toxiproxy on purpose (the selftests marked `differs` hold most of it against Toxiproxy's own server)
- Error texts name the field, the value seen and what is allowed. Values that cannot work (negative times, slices of 0
  bytes, toxicity beyond 0..1, an upstream without port, unknown fields of a toxic) are refused with 400 instead of being
  taken or ignored.
- `reset_peer` also resets connections that were open before it; lifted before its time it gives back what it held, where
  Toxiproxy does not answer its API until that time is over.
- `timeout`, when lifted, closes only the connections that drew it.
- A toxicity is drawn once for a connection and a toxic; an update compares the same draw with the new figure.
- A reset by either end reaches the other end as a reset, behind the bytes that were sent before it.
- `slicer` cuts sizes evenly spread within average ± variation instead of halving.
- A missing host in `listen` means 127.0.0.1, not all addresses. A disabled proxy keeps its port reserved.
- `populate` of an empty list answers `[]`, not null. Error bodies are `application/json` throughout. There is no
  metrics endpoint and no rule against browsers.
"""
