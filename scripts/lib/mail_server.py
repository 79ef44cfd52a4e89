"""A mail server on loopback that behaves as a test wants: well, or badly in one chosen way.

Prints its port, serves until its standard input ends, and appends what it sees to FOLDER/events.jsonl, each event on
disk before the client gets the answer to it.
"""

import argparse
import asyncio
import base64
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, syntax

BEHAVIOURS = """accept refuse-recipient refuse-relay refuse-sender refuse-size refuse-content refuse-policy
defer-content greylist closing-at-recipient closing-banner refusing-banner silent-banner no-smtp refuse-starttls
stall-in-data stall-after-data drop-after-data die-in-data long-replies long-refusal endless-reply stale silent-quit""".split()


class Events:
    def __init__(self, folder):
        self.file = open(folder / "events.jsonl", "a", buffering=1)

    def add(self, event, **details):
        self.file.write(json.dumps({"event": event, **details}) + "\n")


class Handler:
    """What is answered to a sender, a recipient and a mail."""

    def __init__(self, behaviour, events):
        self.behaviour = behaviour
        self.events = events
        self.seen = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.events.add("sender", address=address, peer=session.peer[1], options=options)
        if self.behaviour == "refuse-sender":
            return f"550 5.1.8 <{address}>: Sender address rejected"
        if self.behaviour == "refuse-size":
            return "552 5.3.4 Message size exceeds fixed limit"
        if self.behaviour == "stale" and session.peer in self.seen:
            server.transport.write(b"421 4.4.2 Idle for too long\r\n")
            server.transport.close()
            return "421 4.4.2 Idle for too long"
        self.seen.add(session.peer)
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.events.add("recipient", address=address)
        local_part = address.split("@")[0]
        if local_part == "nobody":
            return "550 5.1.1 No such user"
        if self.behaviour == "refuse-recipient":
            return f"550 5.1.1 <{address}>: User {local_part} unknown; mail to {address.upper()} refused"
        if self.behaviour == "refuse-relay":
            return f"554 5.7.1 <{address}>: Relay access denied"
        if self.behaviour == "closing-at-recipient":
            return "421 4.3.2 System going down"
        if self.behaviour == "greylist" and address not in self.seen:
            self.seen.add(address)
            return f"451 4.7.1 <{address}>: Greylisted, try again later"
        if self.behaviour == "long-refusal":
            return "550 5.1.1 " + address + "x" * 100_000
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 " + ("x" * 100_000 if self.behaviour == "long-replies" else "Ok")

    async def handle_DATA(self, server, session, envelope):
        self.events.add(
            "mail",
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.original_content).decode(),
            peer=session.peer[1],
            tls=server.transport.get_extra_info("sslcontext") is not None,
            greeting=session.host_name,
            authenticated=session.authenticated,
        )
        if self.behaviour == "stall-after-data":
            await asyncio.sleep(3600)
        if self.behaviour == "drop-after-data":
            server.transport.abort()
            return "250 never seen"
        return {
            "refuse-content": "554 5.6.0 Content refused",
            "refuse-policy": "550 5.7.26 SPF and DKIM failed",
            "defer-content": "452 4.3.1 Insufficient system storage",
        }.get(self.behaviour, "250 2.0.0 Ok: queued as 4F2A")


class Server(SMTP):
    """What is answered to the rest, and what breaks."""

    behaviour = "accept"
    events = None
    password = None

    def connection_made(self, transport):
        if not self._over_ssl and self.transport is None:
            self.events.add("connection", peer=transport.get_extra_info("peername")[1])
        super().connection_made(transport)

    def connection_lost(self, error):
        self.events.add("end")
        super().connection_lost(error)

    async def _handle_client(self):
        banner = {
            "closing-banner": b"421 4.3.2 Too busy\r\n",
            "refusing-banner": b"554 5.3.2 No mail here\r\n",
            "no-smtp": b"HTTP/1.1 400 Bad Request\r\n\r\n",
        }.get(self.behaviour)
        if self.behaviour == "silent-banner":
            await asyncio.sleep(3600)
        if banner:
            self.transport.write(banner)
            self.transport.close()
            return
        await super()._handle_client()

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname):
        while self.behaviour == "endless-reply":
            self.transport.write(b"250-" + b"x" * 1000 + b"\r\n")
            await self._writer.drain()
            await asyncio.sleep(0.001)
        await super().smtp_EHLO(hostname)

    async def smtp_QUIT(self, arg):
        self.events.add("quit")
        if self.behaviour == "silent-quit":
            await asyncio.sleep(3600)
        await super().smtp_QUIT(arg)

    async def smtp_STARTTLS(self, arg):
        if self.behaviour == "refuse-starttls":
            await self.push("454 4.7.0 TLS not available due to temporary reason")
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg):
        self.events.add("data")
        if self.behaviour == "stall-in-data":
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            self.transport.pause_reading()
            await asyncio.sleep(3600)
        if self.behaviour == "die-in-data":
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readexactly(1000)
            os._exit(1)
        await super().smtp_DATA(arg)


def authenticator(password, events):
    def check(server, session, envelope, mechanism, data):
        events.add("authentication", mechanism=mechanism, user=data.login.decode())
        right = (data.login, data.password) == (b"ohjaustila", password.encode())
        return AuthResult(success=right, handled=False, auth_data=data.login.decode() if right else None)

    return check


def certificate(folder, name):
    """An authority of the folder's own, FOLDER/authority.pem, and a certificate of it for the name."""
    key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2".split()
    authority = ["-out", "authority.pem", "-keyout", "authority.key"]
    subprocess.run(["openssl", *key, *authority, "-subj", "/CN=Test authority"], cwd=folder, check=True, capture_output=True)
    signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-out", "server.pem", "-keyout", "server.key"]
    extensions = ["-addext", f"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run(
        ["openssl", *key, *signed, "-subj", f"/CN={name}", *extensions], cwd=folder, check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


async def serve(options):
    folder = Path(options.folder)
    Server.behaviour = options.behaviour
    Server.events = Events(folder)
    context = certificate(folder, options.name) if options.security != "none" else None
    arguments = {"hostname": "mail.example", "enable_SMTPUTF8": False}
    if options.security == "starttls":
        arguments |= {"tls_context": context, "require_starttls": True}
    if options.password:
        arguments |= {
            "authenticator": authenticator(options.password, Server.events),
            "auth_required": True,
            "auth_require_tls": False,
        }
    handler = Handler(options.behaviour, Server.events)
    loop = asyncio.get_running_loop()
    port = socket.socket()
    if options.behaviour.endswith("in-data"):  # not all of a mail may fit between client and server
        port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    port.bind(("127.0.0.1", 0))
    listener = await loop.create_server(
        lambda: Server(handler, loop=loop, **arguments),
        sock=port,
        ssl=context if options.security == "tls" else None,
    )
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--behaviour", choices=BEHAVIOURS, default="accept")
    parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--name", default="localhost", help="whom the certificate is for")
    parser.add_argument("--password", help="of the user ohjaustila, who must log in")
    options = parser.parse_args()

    def end_with_parent():
        sys.stdin.buffer.read()
        os._exit(0)

    # Logging in without TLS and handshakes that fail are what some tests are about.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
