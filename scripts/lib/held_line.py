"""A line to the service that can be held: whoever downloads over it stays in the middle for as long as is wanted."""

import contextlib
import select
import socket
import struct
import threading


class HeldLine:
    """Listens on a port of its own and passes everything to `port`; the answers only until so many bytes have passed."""

    def __init__(self, port: int):
        self._service = ("127.0.0.1", port)
        self._changed = threading.Condition()
        self._left: int | None = None
        self.passed = 0  # bytes of answers, ever
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def hold_after(self, count: int) -> None:
        """From now on so many bytes pass towards clients, on all connections together; then no more."""
        self._set(count)

    def release(self) -> None:
        self._set(None)

    def _set(self, left: int | None) -> None:
        with self._changed:
            self._left = left
            self._changed.notify_all()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            service = socket.create_connection(self._service)
            for run in (self._ask, self._answer):
                threading.Thread(target=run, args=(client, service), daemon=True).start()

    @staticmethod
    def _ask(client: socket.socket, service: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                service.sendall(data)
        with contextlib.suppress(OSError):
            service.shutdown(socket.SHUT_RDWR)  # the client is gone

    def _answer(self, client: socket.socket, service: socket.socket) -> None:
        """Ends as the service ended: at its end, or by a reset, which is told to the client as one, also in a hold."""
        broken = False
        try:
            while (count := self._passing(service)) and (data := service.recv(count)):
                self._passed(len(data))
                client.sendall(data)
        except OSError:
            broken = True
        if broken:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RD if broken else socket.SHUT_RDWR)  # wakes the other direction
        client.close()
        service.close()

    def _passing(self, service: socket.socket) -> int:
        """How many bytes may pass now; waits while it is none."""
        watch = select.poll()
        watch.register(service, 0)  # only for what is wrong
        while True:
            with self._changed:
                if self._left != 0:
                    return min(16384, self._left or 16384)
                self._changed.wait(0.05)
            if watch.poll(0):
                raise ConnectionResetError

    def _passed(self, count: int) -> None:
        with self._changed:
            self.passed += count
            if self._left is not None:
                self._left = max(0, self._left - count)
