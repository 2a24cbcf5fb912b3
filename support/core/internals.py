"""What an answer to a person must never show, told by its form, so that no list of products has to be complete."""

import re

FORMS = {
    "an address": r"""
        \b \d{1,3} (\.\d{1,3}){3} \b  |  ://  |  \b [\w.-]*[a-z][\w.-]* :\d{4,5} \b  |  \b localhost \b  |  \b port \s \d+""",
    "a path or a place in a file": r"""
        (?<![\w<]) / \w[\w.-]* / [\w.-]+  |  \b [a-z]:\\  |  \b \w+\.[a-z]{1,4}:\d+  |  \b line \s \d+
        |  \. (py|js|ts|go|rs|rb|java|cs|php) \b""",
    "a name from the code": r"""
        \b \w+ (Error|Exception|Errno) \b  |  \b errno \b  |  \b [a-z_]\w* (\.[a-z_]\w*)+ \.\w+  |  \b \w+\(\)  |  0x[0-9a-f]{4,}
        |  \b (traceback|stack \s? trace|panic|goroutine) \b""",
    "a statement of SQL": r"""
        (?-i: \b (SELECT|INSERT|UPDATE|DELETE|COPY) \b .* \b (FROM|INTO|SET|WHERE|VALUES) \b )  |  \b SQLSTATE \b
        |  \b (relation|table|column) \s \W* \w+ \W* \s (does \s not|of) \b""",
    "the name of a store or driver": "redis|valkey|postgres|psycopg|pgx|jdbc|lettuce|sqlalchemy|httpx|mysql|mariadb|x-api-key",
}


def internals(text: str) -> str:
    """What *text* shows of the inside of a service, in words; empty for nothing."""
    for what, form in FORMS.items():
        if found := re.search(form, text, re.IGNORECASE | re.VERBOSE):
            return f'{what}, "{found[0].strip()}"'
    return ""
