// The handlers on npm's pg, with its pool. It asks one thing at a time; what has a name is prepared
// once for each connection.
const {Client, Pool} = require('pg');
const {serve, poolSize} = require('./http.cjs');

const url = process.env.DATABASE_URL;
const pool = new Pool({connectionString: url, max: poolSize});
const kTimeout = 'Query read timeout';

async function inTransaction(work, begin = 'BEGIN') {
  const client = await pool.connect();
  let lost;
  try {
    await client.query(begin);
    const status = await work(client);
    await client.query('COMMIT');
    return status;
  } catch (error) {
    if (error.message === kTimeout) lost = error;
    else await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release(lost);
  }
}

const setBalance = {name: 'set', text: 'UPDATE accounts SET balance = $2 WHERE id = $1'};

// `how` ends the query that reads.
const deposit = (how) => ({account, amount}) => inTransaction(async (client) => {
  const {rows} = await client.query({
    name: `balance ${how}`,
    text: `SELECT balance FROM accounts WHERE id = $1 ${how}`,
    values: [account],
  });
  await client.query({...setBalance, values: [account, rows[0].balance + amount]});
  return 201;
});

// What takes longer than 100 ms is given up, and its connection closed.
const impatient = ({account, amount}) => inTransaction(async (client) => {
  const {rows} = await client.query({
    text: 'SELECT balance FROM accounts WHERE id = $1 FOR UPDATE',
    values: [account],
    query_timeout: 100,
  });
  await client.query('SELECT pg_sleep(0.2)');
  await client.query({...setBalance, values: [account, rows[0].balance + amount]});
  return 201;
});

async function checkThenInsert({slot, guest}) {
  const {rowCount} = await pool.query('SELECT FROM bookings WHERE slot = $1', [slot]);
  if (rowCount > 0) return 409;
  await pool.query('INSERT INTO bookings (slot, guest) VALUES ($1, $2)', [slot, guest]);
  return 201;
}

async function work(id) {
  const {rows} = await pool.query('SELECT slot, guest FROM requests WHERE id = $1', [id]);
  const status = await checkThenInsert(rows[0]) === 201 ? 'booked' : 'conflict';
  await pool.query('UPDATE requests SET status = $2 WHERE id = $1', [id, status]);
}

async function listen() {
  const client = new Client({connectionString: url});
  await client.connect();
  client.on('notification', ({payload}) => work(payload));
  await client.query('LISTEN requests');
}

const handlers = {
  check_then_insert: checkThenInsert,
  async insert_where_not_exists({slot, guest}) {
    const {rowCount} = await pool.query(
        'INSERT INTO bookings (slot, guest) SELECT $1, $2' +
            ' WHERE NOT EXISTS (SELECT FROM bookings WHERE slot = $1)',
        [slot, guest]);
    return rowCount === 1 ? 201 : 409;
  },
  async unique_constraint({slot, guest}) {
    try {
      await pool.query('INSERT INTO unique_bookings (slot, guest) VALUES ($1, $2)', [slot, guest]);
      return 201;
    } catch (error) {
      if (error.code === '23505') return 409;
      throw error;
    }
  },
  lost_update: deposit(''),
  for_update: deposit('FOR UPDATE'),
  async atomic_update({item}) {
    const {rowCount} = await pool.query(
        'UPDATE stock SET left_over = left_over - 1 WHERE item = $1 AND left_over > 0', [item]);
    return rowCount === 1 ? 201 : 409;
  },
  pipelined: ({amount}) => inTransaction(async (client) => {
    const read = 'SELECT balance FROM accounts WHERE id = $1';
    const [one, two] =
        await Promise.all([1, 2].map((id) => client.query({name: 'read', text: read, values: [id]})));
    await Promise.all([
      client.query({...setBalance, values: [1, one.rows[0].balance - amount]}),
      client.query({...setBalance, values: [2, two.rows[0].balance + amount]}),
    ]);
    return 201;
  }),
  async serializable_retry({doctor}) {
    for (;;) {
      try {
        return await inTransaction(async (client) => {
          const {rows} = await client.query('SELECT count(*)::int AS n FROM doctors WHERE on_call');
          if (rows[0].n < 2) return 409;
          await client.query('UPDATE doctors SET on_call = false WHERE id = $1', [doctor]);
          return 200;
        }, 'BEGIN ISOLATION LEVEL SERIALIZABLE');
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
      if (error.message === kTimeout) return 409;
      throw error;
    }
  },
  async worker_on_notify({id, slot, guest}) {
    await pool.query('INSERT INTO requests (id, slot, guest) VALUES ($1, $2, $3)',
                     [id, slot, guest]);
    await pool.query("SELECT pg_notify('requests', $1)", [id]);
    return 202;
  },
};

listen().then(() => serve(handlers));
