# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the server: `python -m fake_openmetadata --profile 1.2 --port 18585`.

When it listens it prints one line of JSON (`url`, `admin_token`, `bot_token`, `user_token`, with TLS also `ca_file`)
and serves until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import ssl
import sys
import tempfile
from pathlib import Path

from aiohttp import web

from .app import Front
from .capabilities import capabilities
from .orchestrator import MODES, Orchestrator
from .runs import Plan
from .state import State

HOST = "127.0.0.1"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="fake_openmetadata", description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="1.2", help="rules of this release: 1.2, 2.0 or one in between")
    parser.add_argument("--version", help="the version to tell, when not the profile's own")
    parser.add_argument("--port", type=int, default=18585, help="0 for a free one")
    parser.add_argument("--bulk", choices=["on", "off"], default="off", help="whether PUT …/bulk is there")
    parser.add_argument(
        "--extra-member", action="append", default=[], metavar="NAME", help="let entities hold a made-up member, too"
    )
    parser.add_argument("--orchestrator", choices=MODES, default="airflow", help="what runs ingestion pipelines")
    parser.add_argument("--known-after", type=float, default=2.0, help="seconds until it knows a deployed pipeline")
    parser.add_argument("--run-seconds", type=float, default=2.0, help="seconds that a run of a pipeline takes")
    parser.add_argument("--state", type=Path, help="keep the services in this file between runs")
    parser.add_argument("--tls", action="store_true", help="serve HTTPS with a certificate made for this run")
    return parser.parse_args()


async def serve(options: argparse.Namespace, folder: Path) -> None:
    """Serve until told to stop."""
    extra_members = tuple(options.extra_member)
    can = capabilities(options.profile, options.version, options.bulk == "on", extra_members)
    plan = Plan(seconds=options.run_seconds)
    state = State(can, Orchestrator(can.text, options.orchestrator, options.known_after, plan))
    if options.state and options.state.exists():
        state.load(options.state)
    runner = web.AppRunner(Front(state).application(), access_log=None, handle_signals=False)
    await runner.setup()
    started: dict[str, str] = {}
    context = None
    if options.tls:
        from .certificates import write_certificate

        certificate, key = write_certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        started["ca_file"] = str(certificate)
    site = web.TCPSite(runner, HOST, options.port, ssl_context=context, shutdown_timeout=0.5)
    await site.start()
    port = runner.addresses[0][1]
    users = {"admin_token": "admin", "bot_token": "ingestion-bot", "user_token": "rec_user"}
    tokens = {name: state.token(user) for name, user in users.items()}
    print(json.dumps({"url": f"http{'s' if options.tls else ''}://{HOST}:{port}", **tokens, **started}), flush=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()
    if options.state:
        state.save(options.state)


def main() -> int:
    """Run; returns the exit code."""
    options = arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="fake-openmetadata-") as folder:
            asyncio.run(serve(options, Path(folder)))
    except (OSError, ValueError) as error:
        print(f"fake_openmetadata: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
