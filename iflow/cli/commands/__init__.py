"""The commands, one a module; a new one is a file here and a line below.

A command is a `click.Command` that returns an exit status of `iflow.cli.status`.
"""

from iflow.cli.commands.compare import compare_command
from iflow.cli.commands.integrate import integrate_command
from iflow.cli.commands.list import list_command
from iflow.cli.commands.report import report_command
from iflow.cli.commands.resume import resume_command
from iflow.cli.commands.sample import sample_command
from iflow.cli.commands.show import show_command

COMMANDS = (
    list_command,
    show_command,
    integrate_command,
    compare_command,
    resume_command,
    sample_command,
    report_command,
)
