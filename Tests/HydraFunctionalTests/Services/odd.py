#!/usr/bin/env python3
"""A service with the bad habits of real ones, each at a path of its own. Standard library only; PORT is where it listens."""
import base64, hashlib, http.server, json, os, socketserver, threading, time
from urllib.parse import parse_qs, urlsplit

counts, lock = {}, threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, form, *values):
        pass

    def reply(self, status=200, body="", headers=()):
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def serve(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        habit = getattr(self, "on_" + url.path.strip("/").split("/")[0], None)
        if habit is None:
            return self.reply(404, "nothing here\n")
        habit(url.path, query)

    do_GET = do_PUT = do_DELETE = do_POST = serve

    def count(self, key):
        with lock:
            counts[key] = counts.get(key, 0) + 1

    def on_home(self, path, query):
        self.reply(200, "home\n")

    def on_status(self, path, query):  # /status/KEY?code=503
        self.count(self.command + " " + path)
        self.reply(int(query["code"]), "told\n")

    def on_slow(self, path, query):  # /slow/KEY?s=5
        self.count(self.command + " " + path)
        time.sleep(float(query["s"]))
        self.reply(200, "slow\n")

    def on_counts(self, path, query):
        self.reply(200, json.dumps(counts))

    def on_refuse(self, path, query):  # before the body was read
        self.close_connection = True
        self.reply(413, "too large\n", [("Connection", "close")])

    def on_silent(self, path, query):  # /silent?s=5: a response that begins, and continues after that time
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"6\r\nbegun\n\r\n")
        self.wfile.flush()
        time.sleep(float(query["s"]))
        self.wfile.write(b"6\r\nended\n\r\n0\r\n\r\n")

    def on_ws(self, path, query):  # a WebSocket that gives back each short text
        key = self.headers.get("Sec-WebSocket-Key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        for name, value in [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        while True:
            head = self.rfile.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return
            mask = self.rfile.read(4)
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(head[1] & 127)))
            self.wfile.write(bytes([129, len(text)]) + text)
            self.wfile.flush()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128


with Server(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler) as server:
    server.serve_forever()
