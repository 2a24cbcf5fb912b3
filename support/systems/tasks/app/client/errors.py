"""Why a command ends otherwise than well; each knows its exit status and its name in the output."""


class ClientError(Exception):
    """*error* is its name in the output; the message is a sentence."""

    exit_status = 1

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


class RefusedError(ClientError):
    """The server refused the request as a whole: to repeat it is of no use."""


class NoSuchTaskError(ClientError):
    def __init__(self, task_id: str, repository: str) -> None:
        super().__init__("not_found", f"There is no task {task_id} in the repository {repository}.")


class WrongUsageError(ClientError):
    """*messages* has one sentence for each mistake."""

    exit_status = 2

    def __init__(self, *messages: str) -> None:
        super().__init__("wrong_usage", "\n".join(messages))
        self.messages = messages


class UnreachableError(ClientError):
    """No attempt got an answer that counts, within its number and its time."""

    exit_status = 3

    def __init__(self, message: str) -> None:
        super().__init__("unreachable", message)


class DatabaseError(ClientError):
    """The client's own database cannot be used; nothing was changed."""

    exit_status = 5

    def __init__(self, reason: object) -> None:
        super().__init__("database_unusable", f"The database in TASKS_HOME cannot be used: {reason}.")


class OutputError(ClientError):
    """Nobody reads stdout any longer, or it cannot be written."""

    def __init__(self, reason: object) -> None:
        super().__init__("output_lost", f"stdout cannot be written: {reason}.")
