// The handlers on npm's postgres ("postgres.js"), which prepares by itself and sends what is asked at
// once in one go.
const {finished} = require('node:stream/promises');
const postgres = require('postgres');
const {serve, poolSize} = require('./http.cjs');

const sql = postgres(process.env.DATABASE_URL, {max: poolSize});

// `how` ends the query that reads.
const deposit = (how) => ({account, amount}) => sql.begin(async (sql) => {
  const [{balance}] = await sql`SELECT balance FROM accounts WHERE id = ${account} ${how(sql)}`;
  await sql`UPDATE accounts SET balance = ${balance + amount} WHERE id = ${account}`;
  return 201;
});

// What takes longer than 100 ms is cancelled.
const impatient = ({account, amount}) => sql.begin(async (sql) => {
  const query = sql`SELECT balance FROM accounts WHERE id = ${account} FOR UPDATE`;
  const timer = setTimeout(() => query.cancel(), 100);
  const [{balance}] = await query.finally(() => clearTimeout(timer));
  await sql`SELECT pg_sleep(0.2)`;
  await sql`UPDATE accounts SET balance = ${balance + amount} WHERE id = ${account}`;
  return 201;
});

async function checkThenInsert({slot, guest}) {
  const taken = await sql`SELECT FROM bookings WHERE slot = ${slot}`;
  if (taken.count > 0) return 409;
  await sql`INSERT INTO bookings (slot, guest) VALUES (${slot}, ${guest})`;
  return 201;
}

async function work(id) {
  const [request] = await sql`SELECT slot, guest FROM requests WHERE id = ${id}`;
  const status = await checkThenInsert(request) === 201 ? 'booked' : 'conflict';
  await sql`UPDATE requests SET status = ${status} WHERE id = ${id}`;
}

// `lock`: what is done first.
const nextNumber = (lock) => () => sql.begin(async (sql) => {
  await lock(sql);
  let last = '';
  for await (const chunk of await sql`COPY (SELECT count(*) FROM numbers) TO STDOUT`.readable()) {
    last += chunk;
  }
  const numbers = await sql`COPY numbers (number) FROM STDIN`.writable();
  numbers.end(`${Number(last) + 1}\n`);
  await finished(numbers);
  return 201;
});

const handlers = {
  check_then_insert: checkThenInsert,
  async insert_where_not_exists({slot, guest}) {
    const booked = await sql`
      INSERT INTO bookings (slot, guest) SELECT ${slot}, ${guest}
      WHERE NOT EXISTS (SELECT FROM bookings WHERE slot = ${slot})`;
    return booked.count === 1 ? 201 : 409;
  },
  async unique_constraint({slot, guest}) {
    try {
      await sql`INSERT INTO unique_bookings (slot, guest) VALUES (${slot}, ${guest})`;
      return 201;
    } catch (error) {
      if (error.code === '23505') return 409;
      throw error;
    }
  },
  lost_update: deposit((sql) => sql``),
  for_update: deposit((sql) => sql`FOR UPDATE`),
  async atomic_update({item}) {
    const bought =
        await sql`UPDATE stock SET left_over = left_over - 1 WHERE item = ${item} AND left_over > 0`;
    return bought.count === 1 ? 201 : 409;
  },
  pipelined: ({amount}) => sql.begin(async (sql) => {
    const read = (id) => sql`SELECT balance FROM accounts WHERE id = ${id}`;
    const [[one], [two]] = await Promise.all([read(1), read(2)]);
    const set = (id, balance) => sql`UPDATE accounts SET balance = ${balance} WHERE id = ${id}`;
    await Promise.all([set(1, one.balance - amount), set(2, two.balance + amount)]);
    return 201;
  }),
  async serializable_retry({doctor}) {
    for (;;) {
      try {
        return await sql.begin('ISOLATION LEVEL SERIALIZABLE', async (sql) => {
          const [{n}] = await sql`SELECT count(*)::int AS n FROM doctors WHERE on_call`;
          if (n < 2) return 409;
          await sql`UPDATE doctors SET on_call = false WHERE id = ${doctor}`;
          return 200;
        });
      } catch (error) {
        if (error.code !== '40001') throw error;
      }
    }
  },
  cancelled_answered_500: impatient,
  async cancelled(asked) {
    try {
      return await impatient(asked);
    } catch (error) {
      if (error.code === '57014') return 409;
      throw error;
    }
  },
  copy: nextNumber(async () => {}),
  copy_under_lock: nextNumber((sql) => sql`LOCK TABLE numbers`),
  async worker_on_notify({id, slot, guest}) {
    await sql`INSERT INTO requests (id, slot, guest) VALUES (${id}, ${slot}, ${guest})`;
    await sql.notify('requests', id);
    return 202;
  },
};

sql.listen('requests', work).then(() => serve(handlers));
