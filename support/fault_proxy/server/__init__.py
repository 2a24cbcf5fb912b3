"""A TCP proxy that injects faults into links: a separate process with Toxiproxy 2.12's HTTP API.

`python -m support.fault_proxy.server --host 127.0.0.1 --port 8474 [--seed N] [--config FILE]` serves the API and prints
`ready on HOST:PORT`. `support.fault_proxy.client` is the client, for this proxy and for Toxiproxy alike.

Additions to Toxiproxy
- Randomness is reproducible: toxicity, jitter and slice sizes are drawn from the seed, the proxy's name, the
  connection's number and the toxic's name, independently of the timing. `GET /version` shows the seed. `POST /reset` with
  {"seed": N} sets it and numbers the connections from 1 again, so that draws do not depend on earlier connections.
- `GET /proxies/{p}` has `counters` {connections, open, failed, upstream: {received, sent}, downstream: {received,
  sent}}: connections accepted, open now, and those whose upstream could not be reached; bytes received from the sender
  and sent on to the receiver. Counters live as long as the process, also when a proxy is deleted and created again: use
  differences.
- Clients that connect from `PROBES_COME_FROM` are the harness's probes: they are counted in `probes` (same shape), not in
  `counters`, and have their own connection numbers, so that they do not change the draws of others. Toxics affect them too.
- `GET /proxies/{p}/connections`: the last 1000 connections {number, probe, client_port, opened, closed (unix seconds or
  null), upstream, downstream (bytes as above), toxics (names of the toxics that it drew)}.
- Toxic `blackhole` (stream upstream, no attributes, Linux): new connects get no answer at all, and open connections
  carry no bytes in either direction. Bytes in flight are kept and delivered after removal; connects that hang succeed when
  the client repeats its SYN (after 1 s, then at growing intervals).

As in Toxiproxy, the end of one direction ends the connection once the bytes before it are sent; there is no half-close.

Intended differences from Toxiproxy (most are verified against Toxiproxy's own server by the selftests marked `differs`)
- Error texts name the field, the value received and the values allowed. Values that cannot work (negative times, slices of 0
  bytes, toxicity outside 0..1, an upstream without port, unknown fields) are refused with 400 instead of being
  accepted or ignored.
- `reset_peer` also resets connections that were open before it; removed before its timeout, it delivers what it held,
  whereas Toxiproxy does not answer its API until the timeout is over.
- `timeout`, when removed, closes only the connections that drew it.
- A toxicity is drawn once per connection and toxic; an update compares the same draw with the new value.
- A reset by either end reaches the other end as a reset, after the bytes that were sent before it.
- `slicer` draws sizes uniformly from average ± variation instead of halving.
- A missing host in `listen` means 127.0.0.1, not all addresses. A disabled proxy keeps its port reserved.
- An upstream that is a name without a port is refused (`":6379"` is this machine's port, as in Toxiproxy), and so is whatever
  follows the JSON of a request; only after the list of `populate`, and in the file of `--config`, comments may follow.
- `populate` of an empty list answers `[]`, not null. Error bodies are `application/json` throughout. There is no
  metrics endpoint.
"""
