create table bookings (
  id bigint generated always as identity primary key,
  slot text not null,
  guest text not null
);
create table accounts (id int primary key, balance int not null);
insert into accounts values (1, 100);
create table stock (item text primary key, left_over int not null);
insert into stock values ('ticket', 1);
