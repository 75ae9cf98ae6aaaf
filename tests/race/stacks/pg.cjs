// The handlers on npm's pg, with its pool.
const {Pool} = require('pg');
const {serve, poolSize} = require('./http.cjs');

const pool = new Pool({connectionString: process.env.DATABASE_URL, max: poolSize});

async function inTransaction(work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const status = await work(client);
    await client.query('COMMIT');
    return status;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

// `how` ends the query that reads.
const deposit = (how) => ({account, amount}) => inTransaction(async (client) => {
  const {rows} = await client.query(`SELECT balance FROM accounts WHERE id = $1 ${how}`, [account]);
  await client.query('UPDATE accounts SET balance = $2 WHERE id = $1',
                     [account, rows[0].balance + amount]);
  return 201;
});

serve({
  async check_then_insert({slot, guest}) {
    const {rowCount} = await pool.query('SELECT FROM bookings WHERE slot = $1', [slot]);
    if (rowCount > 0) return 409;
    await pool.query('INSERT INTO bookings (slot, guest) VALUES ($1, $2)', [slot, guest]);
    return 201;
  },
  lost_update: deposit(''),
  for_update: deposit('FOR UPDATE'),
  async atomic_update({item}) {
    const {rowCount} = await pool.query(
        'UPDATE stock SET left_over = left_over - 1 WHERE item = $1 AND left_over > 0', [item]);
    return rowCount === 1 ? 201 : 409;
  },
});
