"""A build is told from another by the files that its command names, and no word of the command is told."""

import sys

from support.core.fingerprint import of_command


def test_a_rebuilt_program_is_another_one(tmp_path):
    program = tmp_path / "shop"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    before = of_command(f"{program} --password=hunter2")

    program.write_text("#!/bin/sh\nexit 1\n")

    assert before.startswith("shop ")
    assert of_command(f"{program} --password=hunter2") != before
    assert "hunter2" not in before


def test_of_an_interpreter_its_script_counts(tmp_path):
    script = tmp_path / "shop.py"
    script.write_text("pass\n")

    assert of_command(f"{sys.executable} {script}").startswith("shop.py ")
    assert of_command(f"{sys.executable} -m shop") == ""


def test_what_is_no_command_has_no_build():
    assert of_command("") == of_command("'unclosed") == of_command("no-such-program-here") == ""
