#!/usr/bin/python3
"""The handlers on asyncpg, which prepares what it is asked and resets a connection when it is given
back. From the environment: DATABASE_URL, HOST, PORT, POOL_SIZE."""
import asyncio
import io
import json
import os
import sys

import asyncpg

MOST = 1 << 20  # bytes of a body


async def check_then_insert(pool, asked):
    if await pool.fetchval("SELECT count(*) FROM bookings WHERE slot = $1", asked["slot"]) > 0:
        return 409
    await pool.execute("INSERT INTO bookings (slot, guest) VALUES ($1, $2)", asked["slot"],
                       asked["guest"])
    return 201


async def insert_where_not_exists(pool, asked):
    done = await pool.execute("INSERT INTO bookings (slot, guest) SELECT $1::text, $2::text"
                              " WHERE NOT EXISTS (SELECT FROM bookings WHERE slot = $1)",
                              asked["slot"], asked["guest"])
    return 201 if done == "INSERT 0 1" else 409


async def unique_constraint(pool, asked):
    try:
        await pool.execute("INSERT INTO unique_bookings (slot, guest) VALUES ($1, $2)",
                           asked["slot"], asked["guest"])
    except asyncpg.UniqueViolationError:
        return 409
    return 201


async def deposit(pool, asked, how):
    async with pool.acquire() as db, db.transaction():
        balance = await db.fetchval("SELECT balance FROM accounts WHERE id = $1 " + how,
                                    asked["account"])
        await db.execute("UPDATE accounts SET balance = $2 WHERE id = $1", asked["account"],
                         balance + asked["amount"])
    return 201


async def impatient(pool, asked):
    """What takes longer than 100 ms is cancelled."""
    async with pool.acquire() as db, db.transaction():
        balance = await db.fetchval("SELECT balance FROM accounts WHERE id = $1 FOR UPDATE",
                                    asked["account"], timeout=0.1)
        await db.execute("SELECT pg_sleep(0.2)")
        await db.execute("UPDATE accounts SET balance = $2 WHERE id = $1", asked["account"],
                         balance + asked["amount"])
    return 201


async def cancelled(pool, asked):
    try:
        return await impatient(pool, asked)
    except asyncio.TimeoutError:
        return 409


async def atomic_update(pool, asked):
    done = await pool.execute("UPDATE stock SET left_over = left_over - 1"
                              " WHERE item = $1 AND left_over > 0", asked["item"])
    return 201 if done == "UPDATE 1" else 409


async def pipelined(pool, asked):
    async with pool.acquire() as db, db.transaction():
        rows = await db.fetch("SELECT id, balance FROM accounts ORDER BY id")
        one, two = (row["balance"] for row in rows)
        await db.executemany("UPDATE accounts SET balance = $2 WHERE id = $1",
                             [(1, one - asked["amount"]), (2, two + asked["amount"])])
    return 201


async def serializable_retry(pool, asked):
    while True:
        try:
            async with pool.acquire() as db, db.transaction(isolation="serializable"):
                if await db.fetchval("SELECT count(*) FROM doctors WHERE on_call") < 2:
                    return 409
                await db.execute("UPDATE doctors SET on_call = false WHERE id = $1",
                                 asked["doctor"])
            return 200
        except asyncpg.SerializationError:
            pass


async def next_number(pool, lock):
    async with pool.acquire() as db, db.transaction():
        if lock:
            await db.execute(lock)
        last = io.BytesIO()
        await db.copy_from_query("SELECT count(*) FROM numbers", output=last)
        await db.copy_to_table("numbers", columns=["number"],
                               source=io.BytesIO(b"%d\n" % (int(last.getvalue()) + 1)))
    return 201


async def worker_on_notify(pool, asked):
    await pool.execute("INSERT INTO requests (id, slot, guest) VALUES ($1, $2, $3)", asked["id"],
                       asked["slot"], asked["guest"])
    await pool.execute("SELECT pg_notify('requests', $1)", asked["id"])
    return 202


async def work(pool, request):
    asked = await pool.fetchrow("SELECT slot, guest FROM requests WHERE id = $1", request)
    status = "booked" if await check_then_insert(pool, asked) == 201 else "conflict"
    await pool.execute("UPDATE requests SET status = $2 WHERE id = $1", request, status)


async def listen(pool):
    """The connection, which has to be kept, and what it has set going."""
    working = set()
    db = await asyncpg.connect(os.environ["DATABASE_URL"])

    def begin(_connection, _pid, _channel, request):
        task = asyncio.create_task(work(pool, request))
        working.add(task)
        task.add_done_callback(working.discard)

    await db.add_listener("requests", begin)
    return db, working


HANDLERS = {
    "/check_then_insert": check_then_insert,
    "/insert_where_not_exists": insert_where_not_exists,
    "/unique_constraint": unique_constraint,
    "/lost_update": lambda pool, asked: deposit(pool, asked, ""),
    "/for_update": lambda pool, asked: deposit(pool, asked, "FOR UPDATE"),
    "/atomic_update": atomic_update,
    "/pipelined": pipelined,
    "/serializable_retry": serializable_retry,
    "/cancelled_answered_500": impatient,
    "/cancelled": cancelled,
    "/copy": lambda pool, asked: next_number(pool, ""),
    "/copy_under_lock": lambda pool, asked: next_number(pool, "LOCK TABLE numbers"),
    "/worker_on_notify": worker_on_notify,
}


async def answer(pool, method, path, body):
    if method == "GET":
        return 200 if path == "/health" else 404
    if path not in HANDLERS:
        return 404
    try:
        return await HANDLERS[path](pool, json.loads(body))
    except (asyncpg.PostgresError, asyncio.TimeoutError) as error:
        print(path, error, file=sys.stderr)
        return 500


async def read_request(reader):
    """Method, path and body; None when the client is done."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip()
               for name, _, value in (line.partition(":") for line in head[1:])}
    size = int(headers.get("content-length", "0"))
    if size > MOST:
        return None
    return method, path, await reader.readexactly(size)


async def converse(pool, reader, writer):
    while request := await read_request(reader):
        status = await answer(pool, *request)
        body = json.dumps({"status": status}).encode()
        writer.write(b"HTTP/1.1 %d \r\ncontent-type: application/json\r\n"
                     b"content-length: %d\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
    writer.close()


async def main():
    size = int(os.environ.get("POOL_SIZE", "10"))
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=size)
    listening = await listen(pool)
    server = await asyncio.start_server(lambda r, w: converse(pool, r, w), os.environ["HOST"],
                                        int(os.environ["PORT"]))
    await server.serve_forever()
    del listening


asyncio.run(main())
