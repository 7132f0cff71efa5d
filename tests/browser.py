"""A browser without a window, for tests of pages. Tests that need it are skipped where there is none."""

import re
import shutil
import subprocess

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((found for found in map(shutil.which, NAMES) if found), None)
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason=f"there is no browser: none of {', '.join(NAMES)} is on PATH"
)


def browse(path, folder, *options):
    """Opens a file and returns what the browser prints; a complaint on the console is a failure."""
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}", *options, path.as_uri()]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert process.returncode == 0, process.stderr
    console = [line for line in process.stderr.splitlines() if ":CONSOLE" in line]
    assert console == []
    return process.stdout


def told(dom, name):
    """Returns what a script of the page has noted in data-NAME of its body."""
    return re.search(rf'data-{name}="([^"]*)"', dom).group(1)
