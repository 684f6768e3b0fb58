"""The commands: each one a function of a stack and of the words behind it, returning the exit code."""

from __future__ import annotations

import argparse
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from devstack import checks, demo, install, maintenance
from devstack.environment import run_environment
from devstack.errors import StackError
from devstack.layout import CKAN_VERSIONS, DEFAULT_NAME, find_layout
from devstack.lock import held, only_one
from devstack.portal import Portal
from devstack.progress import say, step
from devstack.stack import Stack, stop_all

OWN_NAMES = {"test": "test", "bench": "bench", "bench-search": "bench", "screenshots": "test"}
"""Commands with a stack of their own, since they empty the databases."""

CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("pyright",))


def run_install(stack: Stack, _words: Sequence[str]) -> int:
    """Prepare the virtual environment and Solr, start nothing."""
    install.install(stack.layout)
    say(f"Installed: {stack.layout.venv}")
    return 0


def run_up(stack: Stack, words: Sequence[str]) -> int:
    """Start everything in the background; `--services` leaves out the demo catalogue and the portal."""
    portal = Portal(stack.layout)
    only_services = "--services" in words
    if not only_services:
        portal.require_port()
    stack.up()
    if not only_services:
        demo.load(stack.layout, stack.variables())
        if not portal.running():
            with step("Starting the portal"):
                portal.start(stack.variables())
        announce(stack, portal)
    return 0


def run_down(stack: Stack, _words: Sequence[str]) -> int:
    """Stop the portal and every service of the stack."""
    stopped = Portal(stack.layout).stop()
    if not stack.down() and not stopped:
        say("Nothing was running")
    return 0


def run_status(stack: Stack, _words: Sequence[str]) -> int:
    """Say what runs; exit with 3 unless all services do."""
    portal = Portal(stack.layout)
    states = [(service.title, service.running()) for service in stack.used()]
    for title, running in [*states, ("Portal", portal.running())]:
        print(f"{title:<11} {'running' if running else 'stopped'}")
    if portal.running():
        print(f"Address     {portal.url}")
    return 0 if all(running for _, running in states) else 3


def run_env(stack: Stack, _words: Sequence[str]) -> int:
    """Print shell lines for `eval`."""
    stack.require_running()
    for key, value in stack.variables().items():
        print(f"export {key}={shlex.quote(value)}")
    print(f'export PATH={shlex.quote(str(stack.layout.venv / "bin"))}:"$PATH"')
    return 0


def run_serve(stack: Stack, _words: Sequence[str]) -> int:
    """Start all, load the demo catalogue, serve until Ctrl-C, then stop all that this command started."""
    answer_signals(interrupt)
    portal = Portal(stack.layout)
    with only_one(stack.layout.folder / "serve.lock", f"The portal is already being served at {portal.url}."):
        portal.require_port()
        started = stack.up()
        try:
            serve(stack, portal)
        except KeyboardInterrupt:
            say("Stopping")
        finally:
            answer_signals(signal.SIG_IGN)
            portal.stop()
            stop_all(started)
    return 0


def serve(stack: Stack, portal: Portal) -> None:
    """Load the demo catalogue and keep the portal going until `down` stops it or it fails."""
    demo.load(stack.layout, stack.variables())
    if portal.stop():
        say("Stopped the portal that ran in the background")
    with step("Starting the portal"):
        process = portal.start(stack.variables())
    announce(stack, portal)
    say("Press Ctrl-C to stop")
    code = process.wait()
    if code != -signal.SIGTERM:
        raise StackError(f"The portal ended with code {code}; see {portal.log}.")
    say("The portal was stopped from elsewhere")


def answer_signals(answer: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Set the answer to Ctrl-C, `kill` and a closed terminal; a shell's background job has SIGINT ignored at first."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, answer)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat a closed terminal or a `kill` like Ctrl-C."""
    raise KeyboardInterrupt


def announce(stack: Stack, portal: Portal) -> None:
    """Say where the portal is and how to log in."""
    say(f"The portal is ready: {portal.url}")
    secret = demo.password_file(stack.layout)
    if secret.exists():
        say(f"Log in as {demo.ADMIN} with the password {secret.read_text(encoding='utf-8')}")


def run_test(stack: Stack, words: Sequence[str]) -> int:
    """Run pytest against the stack; services that this call started are stopped afterwards, without a word."""
    cache = stack.layout.cache / f"pytest-{stack.layout.ckan}"
    command = [stack.layout.python, "-m", "pytest", "-o", f"cache_dir={cache}", *words]
    return with_services(stack, command if names_path(stack, words) else [*command, "tests"])


def run_bench(stack: Stack, words: Sequence[str]) -> int:
    """Measure and print the figures beside those of stock CKAN; `-- import` runs one group."""
    return with_services(stack, [stack.layout.python, "-m", "bench", *words])


def run_bench_search(stack: Stack, words: Sequence[str]) -> int:
    """Measure the German search beside stock CKAN: what is found, and how fast; `-- quality` is the first half."""
    return with_services(stack, [stack.layout.python, "-m", "tests.searching", *words])


def run_command(stack: Stack, words: Sequence[str]) -> int:
    """Run `-- PROGRAM ...` with the stack's variables; services that this call started are stopped afterwards."""
    if not words:
        raise StackError("Nothing to run: put the program behind `--`.")
    return with_services(stack, words)


def with_services(stack: Stack, command: Sequence[object]) -> int:
    """Run a program while the services are there; one at a time, since tests empty the databases."""
    with held(stack.layout.folder / "use.lock"):
        started = stack.up()
        try:
            return in_checkout(stack, command, stack.variables())
        finally:
            for service in reversed(started):
                service.stop()


def run_core(stack: Stack, words: Sequence[str]) -> int:
    """Run the pure tests: no services, no CKAN; without a path, those that take seconds."""
    install.install(stack.layout)
    cache = stack.layout.cache / "pytest-core"
    options = ["-c", "tests/core/pytest.ini", "--rootdir", ".", "-p", "no:ckan", "-o", f"cache_dir={cache}"]
    command = [stack.layout.python, "-m", "pytest", *options, *words]
    everything = [] if names_path(stack, words) else ["tests/core", *([] if "-m" in words else ["-m", "not thorough"])]
    return in_checkout(stack, [*command, *everything], {})


def names_path(stack: Stack, words: Sequence[str]) -> bool:
    """Say whether pytest's words name a file or folder, perhaps with a test behind `::`."""
    return any((stack.layout.checkout / word.partition("::")[0]).exists() for word in words if word)


def run_check(stack: Stack, _words: Sequence[str]) -> int:
    """Run the linters and the type checker, all of them, and fail if one did."""
    install.install(stack.layout)
    codes = []
    for command in CHECKS:
        say(f"$ {' '.join(command)}")
        program = stack.layout.venv / "bin" / command[0]
        extra = ["--pythonpath", str(stack.layout.python)] if command[0] == "pyright" else []
        codes.append(in_checkout(stack, [program, *command[1:], *extra], {}))
    return max(codes)


def run_format(stack: Stack, _words: Sequence[str]) -> int:
    """Let ruff format the files and repair what it can."""
    install.install(stack.layout)
    ruff = stack.layout.venv / "bin" / "ruff"
    return max(in_checkout(stack, [ruff, *words], {}) for words in (["check", "--fix", "."], ["format", "."]))


def run_docs(stack: Stack, _words: Sequence[str]) -> int:
    """Write the reference pages that are made from tables."""
    install.install(stack.layout)
    return in_checkout(stack, [stack.layout.python, "docs/generate.py"], {"PYTHONPATH": str(stack.layout.checkout)})


def run_messages(stack: Stack, _words: Sequence[str]) -> int:
    """Write the catalogues of strings that are made from code and templates; name what has no German yet."""
    install.install(stack.layout)
    return in_checkout(stack, [stack.layout.python, "-m", "devstack.messages"], {})


def run_screenshots(stack: Stack, words: Sequence[str]) -> int:
    """Write pictures of the page types, at two widths and in two cities, into the folder `screenshots` of the state."""
    code = run_test(stack, ["-q", "tests/browser/screenshots.py", *words])
    say(f"Pictures: {stack.layout.state / 'screenshots'}")
    return code


def run_lock(stack: Stack, _words: Sequence[str]) -> int:
    """Resolve the lock files anew."""
    maintenance.lock(stack.layout)
    return 0


def run_clean(stack: Stack, _words: Sequence[str]) -> int:
    """Stop every stack and delete the state folder."""
    maintenance.clean(stack.layout)
    return 0


def in_checkout(stack: Stack, command: Sequence[object], variables: dict[str, str]) -> int:
    """Run a program at the top of the checkout with the stack's environment; return its exit code."""
    environment = run_environment(stack.layout, variables)
    done = subprocess.run([str(word) for word in command], cwd=stack.layout.checkout, env=environment, check=False)
    return done.returncode


COMMANDS: dict[str, Callable[[Stack, Sequence[str]], int]] = {
    "install": run_install,
    "up": run_up,
    "down": run_down,
    "status": run_status,
    "env": run_env,
    "serve": run_serve,
    "test": run_test,
    "core": run_core,
    "bench": run_bench,
    "bench-search": run_bench_search,
    "run": run_command,
    "check": run_check,
    "format": run_format,
    "docs": run_docs,
    "messages": run_messages,
    "screenshots": run_screenshots,
    "lock": run_lock,
    "clean": run_clean,
}
FREE_WORDS = {"test", "core", "bench", "bench-search", "run", "screenshots"}
"""Commands that hand on the words behind `--`."""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    summary = "\n".join(f"  {name:<11} {(function.__doc__ or '').strip()}" for name, function in COMMANDS.items())
    made = argparse.ArgumentParser(
        prog="python -m devstack",
        description="PostgreSQL, Redis, Solr and CKAN for demo, development and tests.",
        epilog=f"commands:\n{summary}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("command", choices=sorted(COMMANDS), metavar="COMMAND")
    made.add_argument("--name", help=f"the stack's name (default: {DEFAULT_NAME}, for test and bench their own)")
    made.add_argument("--ckan", default=CKAN_VERSIONS[0], help=f"one of {', '.join(CKAN_VERSIONS)}")
    made.add_argument("--services", action="store_true", help="with `up`: no demo catalogue and no portal")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a problem is one sentence on standard error and exit code 1."""
    line = parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    own, passed = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    given = line.parse_args(own)
    if passed and given.command not in FREE_WORDS:
        line.error(f"{given.command} takes no further words: {' '.join(passed)}")
    if given.services:
        passed = ["--services"]
    default = OWN_NAMES.get(given.command, DEFAULT_NAME)
    try:
        checks.require_system()
        return COMMANDS[given.command](Stack(find_layout(given.name or default, given.ckan)), passed)
    except StackError as error:
        print(f"devstack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("Interrupted")
        return 130
