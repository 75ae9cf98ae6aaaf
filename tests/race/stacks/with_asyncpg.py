#!/usr/bin/python3
"""The handlers on asyncpg, which prepares what it is asked and resets a connection when it is given
back. From the environment: DATABASE_URL, HOST, PORT, POOL_SIZE."""
import asyncio
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


async def deposit(pool, asked, how):
    async with pool.acquire() as db, db.transaction():
        balance = await db.fetchval("SELECT balance FROM accounts WHERE id = $1 " + how,
                                    asked["account"])
        await db.execute("UPDATE accounts SET balance = $2 WHERE id = $1", asked["account"],
                         balance + asked["amount"])
    return 201


async def atomic_update(pool, asked):
    done = await pool.execute("UPDATE stock SET left_over = left_over - 1"
                              " WHERE item = $1 AND left_over > 0", asked["item"])
    return 201 if done == "UPDATE 1" else 409


HANDLERS = {
    "/check_then_insert": check_then_insert,
    "/lost_update": lambda pool, asked: deposit(pool, asked, ""),
    "/for_update": lambda pool, asked: deposit(pool, asked, "FOR UPDATE"),
    "/atomic_update": atomic_update,
}


async def answer(pool, method, path, body):
    if method == "GET":
        return 200 if path == "/health" else 404
    if path not in HANDLERS:
        return 404
    try:
        return await HANDLERS[path](pool, json.loads(body))
    except asyncpg.PostgresError as error:
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
    server = await asyncio.start_server(lambda r, w: converse(pool, r, w), os.environ["HOST"],
                                        int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
