-- What the handlers of the service work on, a set of tables for each kind, with the rows that a play
-- begins with. What protects a table stands here; where nothing stands, nothing does.

-- For room_bookings: an index of equal rooms and overlapping hours.
create extension btree_gist;

-- Bookings of a slot, by a guest.
create table slots (slot text primary key);
insert into slots values ('monday 10:00'), ('monday 11:00');
create table bookings (
  id bigint generated always as identity primary key,
  slot text not null,
  guest text not null
);
create table unique_bookings (
  id bigint generated always as identity primary key,
  slot text not null unique,
  guest text not null
);
create table requests (
  id text primary key,
  guest text not null,
  status text not null default 'received'
    check (status in ('received', 'booked', 'conflict'))
);
create table refusals (
  id bigint generated always as identity primary key,
  guest text not null
);
create table room_bookings (
  id bigint generated always as identity primary key,
  room text not null,
  hours int4range not null,
  exclude using gist (room with =, hours with &&)
);

-- The id of the booking, or 0.
create function book_slot(wanted text, guest text) returns bigint language plpgsql as $$
declare
  booked bigint;
begin
  perform from slots where slot = wanted for update;
  if exists (select from bookings where slot = wanted) then
    return 0;
  end if;
  insert into bookings (slot, guest) values (wanted, guest) returning id into booked;
  return booked;
end $$;

-- Money.
create table accounts (
  id int primary key,
  owner text not null,
  balance int not null,
  version int not null default 0
);
insert into accounts values (1, 'Ada', 100), (2, 'Ben', 100);
create table deposits (
  id bigint generated always as identity primary key,
  account int not null,
  amount int not null,
  balance int not null -- after it
);
create table reports (
  id bigint generated always as identity primary key,
  total int not null
);
create table rates (currency text primary key, cents int not null);
insert into rates values
  ('EUR', 100), ('USD', 92), ('GBP', 118), ('CHF', 105), ('PLN', 23), ('CZK', 4);
create table journal (
  id bigint generated always as identity primary key,
  line text not null
);

-- Lines of files that are read in.
create table imported (file text not null, line int not null);
create table unique_imported (file text not null, line int not null, primary key (file, line));

-- Doctors of whom one has to be on call.
create table doctors (id int primary key, name text not null, on_call boolean not null);
insert into doctors values (1, 'Dr. Abel', true), (2, 'Dr. Bauer', true);

-- Things on shelves.
create table chairs (colour text primary key, shelf int not null);
insert into chairs values ('blue', 2), ('red', 3);
create table reorders (
  id bigint generated always as identity primary key,
  what text not null
);

-- A shop.
create table settings (key text primary key, value text not null);
insert into settings values ('open', 'yes'), ('tax', '20'), ('shipping', 'free');
create table stock (item text primary key, left_over int not null, price int not null);
insert into stock values ('ticket', 1, 50), ('chair', 10, 30);
create table checked_stock (item text primary key, left_over int not null check (left_over >= 0));
insert into checked_stock values ('ticket', 1);
create table visits (
  id bigint generated always as identity primary key,
  guest text not null
);
create table orders (
  id bigint generated always as identity primary key,
  guest text not null,
  total int
);
create table order_lines (
  id bigint generated always as identity primary key,
  order_id bigint not null references orders,
  item text not null
);
create table audit (
  id bigint generated always as identity primary key,
  line text not null
);
create table carts (
  guest text not null,
  item text not null,
  quantity int not null,
  primary key (guest, item)
);
create table idempotency_keys (key text primary key, order_id bigint references orders);
create table invoices (
  id uuid primary key default gen_random_uuid(),
  number int not null,
  guest text not null
);
create table counters (name text primary key, n int not null);
insert into counters values ('invoices', 0);
create table prices (item text primary key, cents int not null);
insert into prices values ('chair', 3000);

-- Seats that are held until they are paid or the hold expires, and what was sold, which nothing ties.
create table holds (
  id int primary key,
  paid boolean not null default false,
  paid_at timestamptz,
  expires timestamptz
);
insert into holds (id) values (1);
create table entries (hold int not null);

-- What is good for one use.
create table coupons (code text primary key, used_by text);
insert into coupons values ('SUMMER');
create table redemptions (
  id bigint generated always as identity primary key,
  code text not null references coupons,
  guest text not null
);
create table tokens (token text primary key, account int not null);
insert into tokens values ('t0ken', 1);
create table logins (
  id bigint generated always as identity primary key,
  account int not null
);

-- Bills that the third party charges or tells of, and refunds.
create table bills (
  id int primary key,
  cents int not null,
  status text not null default 'open'
    check (status in ('open', 'paid', 'cancelled', 'to be refunded')),
  charge text -- acme's
);
insert into bills values (1, 5000);
create table renewals (month text primary key);
create table payments (id int primary key, cents int not null);
insert into payments values (1, 10000);
create table refunds (
  id bigint generated always as identity primary key,
  payment int not null references payments,
  cents int not null
);

-- Webhooks that have been taken.
create table events (event text not null);
create table unique_events (event text primary key);

-- Mail that is owed, and jobs.
create table outbox (id int primary key, recipient text not null, sent boolean not null default false);
insert into outbox values (1, 'ada@example.org'), (2, 'ben@example.org');
create table jobs (id int primary key, worker text);
insert into jobs values (1), (2), (3);

-- Posts and comments, which nothing ties.
create table posts (id int primary key, title text not null);
insert into posts values (1, 'Good day');
create table comments (
  id bigint generated always as identity primary key,
  post int not null,
  text text not null
);

-- Baskets and their lines, which a foreign key ties, and a view of a table.
create table baskets (id int primary key, lines int not null default 0);
insert into baskets values (1), (2);
create table basket_lines (
  id bigint generated always as identity primary key,
  basket int not null references baskets,
  item text not null
);
create view empty_baskets as select id from baskets where lines = 0;

-- Events with seats, kept by a trigger.
create table shows (id int primary key, seats int not null);
insert into shows values (1, 1);
create table tickets (
  id bigint generated always as identity primary key,
  event int not null references shows,
  guest text not null
);
create function keep_seats() returns trigger language plpgsql as $$
begin
  perform from shows where id = new.event for update;
  if (select count(*) from tickets where event = new.event) >=
     (select seats from shows where id = new.event) then
    raise exception 'sold out' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_seats before insert on tickets for each row execute function keep_seats();

-- Rows that are other ones each time.
create table sightings (
  id uuid primary key default gen_random_uuid(),
  guest text not null,
  at timestamptz not null default clock_timestamp()
);

-- What the service writes without a request.
create table heartbeats (name text primary key, beats int not null, at timestamptz);
insert into heartbeats values ('api', 0);
