"""A backend of kind `plain` in Python's own library, which keeps its base path: what the platform tells it, and its health
with the database's. It has no metrics."""

import json
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def has_database():
    """Whether the database takes connections."""
    try:
        address = (os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"]))
        socket.create_connection(address, timeout=1).close()
        return True
    except OSError:
        return False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/py/health":
            is_up = has_database()
            self.answer(200 if is_up else 503, {"status": "UP" if is_up else "DOWN"})
        elif url.path == "/py/version":
            with open(os.environ["DATABASE_PASSWORD_FILE"]) as file:
                length = len(file.read())
            self.answer(
                200,
                {
                    "id": parse_qs(url.query).get("id", [None])[0],
                    "color": os.environ["APP_COLOR"],
                    "version": os.environ["APP_VERSION"],
                    "release": os.environ["WEBNET_RELEASE"],
                    "url": self.path,
                    "passwordLength": length,
                },
            )
        else:
            self.answer(404, {"error": "there is no such path"})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_words):
        pass


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
