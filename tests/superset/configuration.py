"""Superset's settings in the tests: the shipped ones, an empty metadata database, and no way out."""

import os
import runpy
import socket
from pathlib import Path

TALISMAN_CONFIG = runpy.run_path(str(Path(__file__).parents[2] / "bi" / "superset" / "superset_config.py"))[
    "TALISMAN_CONFIG"
]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['TOUCHSTONE_SUPERSET_METADATA']}"
WTF_CSRF_ENABLED = False  # The tests sign in with a token.
HERE = {"localhost", "127.0.0.1", "::1", "0.0.0.0", None}


def refuse_outside(name, host_of):
    """Let a function of the socket module reach this machine only, and write down what else it was asked for."""
    owner = socket if name == "getaddrinfo" else socket.socket
    original = getattr(owner, name)

    def guarded(*arguments, **options):
        host = host_of(*arguments)
        if host not in HERE:
            with Path(os.environ["TOUCHSTONE_ASKED_OUTSIDE"]).open("a") as file:
                file.write(f"{host}\n")
            raise OSError(f"Outside is out of reach in the tests: {host}")
        return original(*arguments, **options)

    setattr(owner, name, guarded)


refuse_outside("getaddrinfo", lambda host, *_: host)
refuse_outside("connect", lambda _, address: address[0] if isinstance(address, tuple) else None)
