#!/usr/bin/python3
"""The handlers on psycopg2, which speaks the simple protocol: a thread for each connection of HTTP,
a pool of connections to the database. From the environment: DATABASE_URL, HOST, PORT, POOL_SIZE."""
import contextlib
import http.server
import io
import json
import os
import select
import sys
import threading

import psycopg2.errors
import psycopg2.pool

SIZE = int(os.environ.get("POOL_SIZE", "10"))
pool = psycopg2.pool.ThreadedConnectionPool(1, SIZE, os.environ["DATABASE_URL"])
free = threading.Semaphore(SIZE)  # the pool refuses who comes when none is left


@contextlib.contextmanager
def transaction(autocommit=False, isolation="read committed"):
    with free:
        connection = pool.getconn()
        connection.set_session(isolation_level=isolation, autocommit=autocommit)
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


def insert_where_not_exists(asked):
    with transaction(autocommit=True) as db:
        db.execute("INSERT INTO bookings (slot, guest) SELECT %(slot)s, %(guest)s"
                   " WHERE NOT EXISTS (SELECT FROM bookings WHERE slot = %(slot)s)", asked)
        return 201 if db.rowcount == 1 else 409


def unique_constraint(asked):
    try:
        with transaction(autocommit=True) as db:
            db.execute("INSERT INTO unique_bookings (slot, guest) VALUES (%s, %s)",
                       [asked["slot"], asked["guest"]])
    except psycopg2.errors.UniqueViolation:
        return 409
    return 201


def deposit(asked, how):
    with transaction() as db:
        db.execute("SELECT balance FROM accounts WHERE id = %s " + how, [asked["account"]])
        (balance,) = db.fetchone()
        db.execute("UPDATE accounts SET balance = %s WHERE id = %s",
                   [balance + asked["amount"], asked["account"]])
        return 201


def impatient(asked):
    """What takes longer than 100 ms is cancelled."""
    with transaction() as db:
        timer = threading.Timer(0.1, db.connection.cancel)
        timer.start()
        try:
            db.execute("SELECT balance FROM accounts WHERE id = %s FOR UPDATE", [asked["account"]])
        finally:
            timer.cancel()
            timer.join()
        (balance,) = db.fetchone()
        db.execute("SELECT pg_sleep(0.2)")
        db.execute("UPDATE accounts SET balance = %s WHERE id = %s",
                   [balance + asked["amount"], asked["account"]])
        return 201


def cancelled(asked):
    try:
        return impatient(asked)
    except psycopg2.errors.QueryCanceled:
        return 409


def atomic_update(asked):
    with transaction(autocommit=True) as db:
        db.execute("UPDATE stock SET left_over = left_over - 1"
                   " WHERE item = %s AND left_over > 0", [asked["item"]])
        return 201 if db.rowcount == 1 else 409


def pipelined(asked):
    """As far as the simple protocol has it: several statements in one."""
    with transaction() as db:
        db.execute("SELECT balance FROM accounts ORDER BY id")
        (one,), (two,) = db.fetchall()
        db.execute("UPDATE accounts SET balance = %s WHERE id = 1;"
                   " UPDATE accounts SET balance = %s WHERE id = 2",
                   [one - asked["amount"], two + asked["amount"]])
        return 201


def serializable_retry(asked):
    while True:
        try:
            with transaction(isolation="serializable") as db:
                db.execute("SELECT FROM doctors WHERE on_call")
                if db.rowcount < 2:
                    return 409
                db.execute("UPDATE doctors SET on_call = false WHERE id = %s", [asked["doctor"]])
            return 200
        except psycopg2.errors.SerializationFailure:
            pass


def next_number(lock):
    with transaction() as db:
        if lock:
            db.execute(lock)
        last = io.StringIO()
        db.copy_expert("COPY (SELECT count(*) FROM numbers) TO STDOUT", last)
        number = io.StringIO(f"{int(last.getvalue()) + 1}\n")
        db.copy_expert("COPY numbers (number) FROM STDIN", number)
        return 201


def worker_on_notify(asked):
    with transaction(autocommit=True) as db:
        db.execute("INSERT INTO requests (id, slot, guest) VALUES (%(id)s, %(slot)s, %(guest)s)",
                   asked)
        db.execute("SELECT pg_notify('requests', %s)", [asked["id"]])
        return 202


def work(request):
    with transaction(autocommit=True) as db:
        db.execute("SELECT slot, guest FROM requests WHERE id = %s", [request])
        (slot, guest) = db.fetchone()
    status = "booked" if check_then_insert({"slot": slot, "guest": guest}) == 201 else "conflict"
    with transaction(autocommit=True) as db:
        db.execute("UPDATE requests SET status = %s WHERE id = %s", [status, request])


def listen():
    """Goes on for ever; each notification is dealt with in a thread of its own."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    connection.cursor().execute("LISTEN requests")

    def wait():
        while True:
            select.select([connection], [], [])
            connection.poll()
            while connection.notifies:
                request = connection.notifies.pop(0).payload
                threading.Thread(target=work, args=[request], daemon=True).start()

    threading.Thread(target=wait, daemon=True).start()


HANDLERS = {
    "/check_then_insert": check_then_insert,
    "/insert_where_not_exists": insert_where_not_exists,
    "/unique_constraint": unique_constraint,
    "/lost_update": lambda asked: deposit(asked, ""),
    "/for_update": lambda asked: deposit(asked, "FOR UPDATE"),
    "/atomic_update": atomic_update,
    "/pipelined": pipelined,
    "/serializable_retry": serializable_retry,
    "/cancelled_answered_500": impatient,
    "/cancelled": cancelled,
    "/copy": lambda asked: next_number(""),
    "/copy_under_lock": lambda asked: next_number("LOCK TABLE numbers"),
    "/worker_on_notify": worker_on_notify,
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


listen()
address = (os.environ["HOST"], int(os.environ["PORT"]))
http.server.ThreadingHTTPServer(address, Requests).serve_forever()
