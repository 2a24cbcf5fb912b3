"""nftables, by its own program."""

import subprocess

TABLE = "inet holdfast"


def nft(*options: str, commands: str = "") -> str:
    """What `nft` says. Raises `OSError` with its words if it refuses."""
    done = subprocess.run(["nft", *options], input=commands, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip() or f"nft ended with status {done.returncode}")
    return done.stdout


def change(*commands: str) -> None:
    """All of *commands* at once, or none."""
    nft("-f", "-", commands="\n".join(commands))


def lay(rules: str) -> None:
    """Have *rules* and nothing else in our table."""
    change(f"add table {TABLE}", f"delete table {TABLE}", f"table {TABLE} {{ {rules} }}")
