create table items (id bigint primary key);

create table orders (
  id bigint primary key,
  item bigint references itmes
);
