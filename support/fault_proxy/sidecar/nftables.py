"""nftables, through its program `nft`."""

import subprocess

TABLE = "inet holdfast"


def nft(*options: str, commands: str = "") -> str:
    """The output of `nft`. Raises `OSError` with its error message if it fails."""
    done = subprocess.run(["nft", *options], input=commands, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip() or f"nft ended with status {done.returncode}")
    return done.stdout


def apply(*commands: str) -> None:
    """Run *commands* in one transaction."""
    nft("-f", "-", commands="\n".join(commands))


def replace_rules(rules: str) -> None:
    """Make *rules* the only content of our table."""
    apply(f"add table {TABLE}", f"delete table {TABLE}", f"table {TABLE} {{ {rules} }}")
