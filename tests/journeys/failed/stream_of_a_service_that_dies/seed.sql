insert into items (name, price) values ('seeded', 1.50);

insert into samples values (
  1, -7, 9007199254740993, 12345678901234567890.1250000000, 0.1, 'žluťoučký 猫', true,
  '2025-06-09 10:00:00.5+02', '2025-06-09 10:00:00', '2025-06-09',
  '7c9e6679-7425-40de-944b-e07fc1f90ae7', '{"a": {"b": [1, 2.5, null]}}', '\x00ff10',
  array['a', 'b c', null, 'say "x"'], array[1, 2, 3]
);
insert into samples (id) values (2);
