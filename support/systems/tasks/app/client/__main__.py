"""`python -m support.systems.tasks.app.client`: one command, and its exit status."""

import sys

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    """Imports here, so that an interrupt is one at any time."""
    import click  # noqa: PLC0415

    from support.systems.tasks.app.client.commands import tasks  # noqa: PLC0415
    from support.systems.tasks.app.client.errors import ClientError, WrongUsageError  # noqa: PLC0415
    from support.systems.tasks.app.client.output import Output  # noqa: PLC0415

    try:
        with tasks.make_context("tasks", list(arguments)) as context:
            return int(tasks.invoke(context))
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as wrong:
        error: ClientError = WrongUsageError(" ".join(wrong.format_message().split()))
    except ClientError as raised:
        error = raised
    Output(as_json="--json" in arguments, colours=False).error(error)
    return error.exit_status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
