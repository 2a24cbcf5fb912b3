"""Configurations drawn by Hypothesis: right ones, and ones with anything wrong in them."""

from hypothesis import strategies as st

from support.systems.assistant.app.presets import PRESETS, PROMPTS
from support.systems.assistant.app.strategies import STRATEGIES

RETRY = st.fixed_dictionaries(
    {},
    optional={
        "attempts": st.integers(1, 10),
        "backoff_first_s": st.floats(0, 1),
        "backoff_cap_s": st.floats(1, 60),
        "jitter_s": st.floats(0, 60),
        "attempt_timeout_s": st.floats(0.01, 10),
        "deadline_s": st.floats(20, 600),
    },
)
BREAKER = st.fixed_dictionaries(
    {},
    optional={
        "failures": st.integers(1, 20),
        "open_s": st.integers(10, 300),
        "probes": st.integers(1, 10),
        "minimum_calls": st.integers(1, 100),
        "slow_call_s": st.floats(0.01, 600),
    },
)
BULKHEAD = st.fixed_dictionaries({}, optional={"concurrent": st.integers(1, 1000), "wait_s": st.floats(0, 60)})
PART = {"strategy": st.sampled_from(list(STRATEGIES)), "retry": RETRY, "breaker": BREAKER, "bulkhead": BULKHEAD}
NAMES = st.sampled_from([*PROMPTS, "translate", "op_2"])
OPERATION = st.fixed_dictionaries({"prompt": st.just("Do it.")}, optional=PART)
RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "preset": st.sampled_from(list(PRESETS)),
        "default": st.fixed_dictionaries({}, optional=PART),
        "operations": st.dictionaries(NAMES, OPERATION, max_size=4),
        "rate_limit": st.fixed_dictionaries({}, optional={"per_minute": st.integers(1, 10_000)}),
        "alerts": st.fixed_dictionaries(
            {}, optional={"failure_rate": st.floats(0.01, 1), "window_s": st.floats(0.1, 60)}
        ),
    },
)
FIELDS = [
    "preset", "default", "operations", "rate_limit", "alerts", "strategy", "prompt", "retry", "breaker", "bulkhead", "qa",
    "attempts", "deadline_s", "attempt_timeout_s", "failures", "open_s", "probes", "per_minute", "failure_rate", "api_key",
]  # fmt: skip
KEYS = st.sampled_from(FIELDS) | st.text(max_size=50)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=80)
    | st.sampled_from(["critical", "production", "<script>alert(1)</script>", "${HOME}", "a\x00b", 10**400, -1, 1e308])
)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=30
)
ANY_DOCUMENT = st.dictionaries(KEYS, ANY, max_size=6)
