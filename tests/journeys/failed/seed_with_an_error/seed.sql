insert into items values (1);
insert into items values (1);
