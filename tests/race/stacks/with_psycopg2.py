#!/usr/bin/python3
"""The handlers on psycopg2, which speaks the simple protocol: a thread for each connection of HTTP,
a pool of connections to the database. From the environment: DATABASE_URL, HOST, PORT, POOL_SIZE."""
import contextlib
import http.server
import json
import os
import sys
import threading

import psycopg2.pool

SIZE = int(os.environ.get("POOL_SIZE", "10"))
pool = psycopg2.pool.ThreadedConnectionPool(1, SIZE, os.environ["DATABASE_URL"])
free = threading.Semaphore(SIZE)  # the pool refuses who comes when none is left


@contextlib.contextmanager
def transaction(autocommit=False):
    with free:
        connection = pool.getconn()
        connection.autocommit = autocommit
        try:
            with contextlib.nullcontext() if autocommit else connection:
                with connection.cursor() as cursor:
                    yield cursor
        finally:
            pool.putconn(connection)


def check_then_insert(asked):
    with transaction(autocommit=True) as db:
        db.execute("SELECT FROM bookings WHERE slot = %s", [asked["slot"]])
        if db.rowcount > 0:
            return 409
        db.execute("INSERT INTO bookings (slot, guest) VALUES (%s, %s)",
                   [asked["slot"], asked["guest"]])
        return 201


def deposit(asked, how):
    with transaction() as db:
        db.execute("SELECT balance FROM accounts WHERE id = %s " + how, [asked["account"]])
        (balance,) = db.fetchone()
        db.execute("UPDATE accounts SET balance = %s WHERE id = %s",
                   [balance + asked["amount"], asked["account"]])
        return 201


def atomic_update(asked):
    with transaction(autocommit=True) as db:
        db.execute("UPDATE stock SET left_over = left_over - 1"
                   " WHERE item = %s AND left_over > 0", [asked["item"]])
        return 201 if db.rowcount == 1 else 409


HANDLERS = {
    "/check_then_insert": check_then_insert,
    "/lost_update": lambda asked: deposit(asked, ""),
    "/for_update": lambda asked: deposit(asked, "FOR UPDATE"),
    "/atomic_update": atomic_update,
}


class Requests(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one write

    def answer(self, status):
        body = json.dumps({"status": status}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200 if self.path == "/health" else 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        handler = HANDLERS.get(self.path, lambda asked: 404)
        try:
            status = handler(json.loads(body))
        except psycopg2.Error as error:
            print(self.path, error, file=sys.stderr)
            status = 500
        self.answer(status)

    def log_message(self, *_):
        pass


address = (os.environ["HOST"], int(os.environ["PORT"]))
http.server.ThreadingHTTPServer(address, Requests).serve_forever()
