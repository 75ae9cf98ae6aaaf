create table items (id int generated always as identity primary key, name text);
insert into items (name) values ('seeded');
create materialized view names as select name from items;
