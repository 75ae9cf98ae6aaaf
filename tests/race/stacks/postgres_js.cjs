// The handlers on npm's postgres ("postgres.js"), which prepares and pipelines by itself.
const postgres = require('postgres');
const {serve, poolSize} = require('./http.cjs');

const sql = postgres(process.env.DATABASE_URL, {max: poolSize});

// `how` ends the query that reads.
const deposit = (how) => ({account, amount}) => sql.begin(async (sql) => {
  const [{balance}] = await sql`SELECT balance FROM accounts WHERE id = ${account} ${how(sql)}`;
  await sql`UPDATE accounts SET balance = ${balance + amount} WHERE id = ${account}`;
  return 201;
});

serve({
  async check_then_insert({slot, guest}) {
    const taken = await sql`SELECT FROM bookings WHERE slot = ${slot}`;
    if (taken.count > 0) return 409;
    await sql`INSERT INTO bookings (slot, guest) VALUES (${slot}, ${guest})`;
    return 201;
  },
  lost_update: deposit((sql) => sql``),
  for_update: deposit((sql) => sql`FOR UPDATE`),
  async atomic_update({item}) {
    const bought =
        await sql`UPDATE stock SET left_over = left_over - 1 WHERE item = ${item} AND left_over > 0`;
    return bought.count === 1 ? 201 : 409;
  },
});
