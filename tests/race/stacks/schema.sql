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
  slot text not null,
  guest text not null,
  status text not null default 'received'
);
create table accounts (id int primary key, balance int not null);
insert into accounts values (1, 100), (2, 100);
create table stock (item text primary key, left_over int not null);
insert into stock values ('ticket', 1);
create table doctors (id int primary key, on_call boolean not null);
insert into doctors values (1, true), (2, true);
create table numbers (number int not null);
