#!/usr/bin/env python3
"""client.py uploads|websocket HOST PORT PATH [FIFO]: what an HTTP library would not show. Prints what it saw."""
import collections, os, socket, sys

what, host, port, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]


def connect(head):
    connection = socket.create_connection((host, port))
    connection.settimeout(20)
    connection.sendall(("%s\r\nHost: %s:%d\r\n\r\n" % (head, host, port)).encode())
    return connection


def uploads():
    """Forty uploads of 1 MiB; counts the status lines that come back."""
    seen = collections.Counter()
    for _ in range(40):
        connection = connect("POST %s HTTP/1.1\r\nContent-Length: 1048576" % path)
        try:
            connection.sendall(b"x" * 1048576)
        except OSError:
            pass  # refused half-way: the response counts
        data = b""
        try:
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    break
                data += piece
        except OSError as error:
            data = data or str(error).encode()
        seen[data.split(b"\r\n")[0].decode()[:12]] += 1
        connection.close()
    print(dict(seen))


def websocket():
    """Opens a WebSocket; sends one text for each line that comes through FIFO and prints what comes back."""
    connection = connect(
        "GET %s HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==" % path)
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(1)
        if not piece:
            sys.exit("closed during the handshake: %r" % head)
        head += piece
    print(head.split(b"\r\n")[0].decode(), flush=True)
    for line in open(sys.argv[5]):
        text, mask = line.strip().encode(), os.urandom(4)
        connection.sendall(bytes([129, 128 | len(text)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(text)))
        print(connection.recv(2 + len(text))[2:].decode(), flush=True)


{"uploads": uploads, "websocket": websocket}[what]()
