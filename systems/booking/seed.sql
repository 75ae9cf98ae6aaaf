insert into companies (id, name, email) values (1, 'Praxis am Park', 'termine@praxis-am-park.example');
insert into branches (id, company_id, name, zone) values (1, 1, 'Berlin Mitte', 'Europe/Berlin');
insert into opening_hours (branch_id, weekday, opens, closes, break_starts, break_ends)
select 1, weekday, '08:00', '18:00', '12:00', '13:00' from generate_series(1, 5) as weekday;
insert into staff (id, branch_id, name) values
  (1, 1, 'Dr. Anja Weber'),
  (2, 1, 'Dr. Jonas Krause'),
  (3, 1, 'Dr. Leyla Demir');
insert into services (id, company_id, name, minutes, price) values
  (1, 1, 'Kontrolluntersuchung', 30, 89.00),
  (2, 1, 'Emergency Treatment', 60, 150.00),
  (3, 1, 'Routine Checkup', 30, 75.00);
-- Everybody does everything; event type 203 is Dr. Krause's Routine Checkup.
insert into staff_services (staff_id, service_id, calcom_event_type)
select staff.id, services.id, staff.id * 100 + services.id from staff, services;

-- A course of two evenings.
insert into group_sessions (id, branch_id, title, starts_at, ends_at, seats) values
  (1, 1, 'Erste Hilfe, Teil 1', '2025-06-10 18:30:00+02', '2025-06-10 20:00:00+02', 10),
  (2, 1, 'Erste Hilfe, Teil 2', '2025-06-12 18:30:00+02', '2025-06-12 20:00:00+02', 10);

-- Maria Schmidt has been here once before.
insert into customers (id, company_id, name, phone, email, preferences, appointment_count, created_at)
values (1, 1, 'Maria Schmidt', '+493012345678', 'maria.schmidt@email.de',
        '{"language": "de", "reminder": "sms"}', 1, '2025-02-24 09:12:00+01');
insert into calls (id, call_id, from_number, to_number, started_at, ended_at, customer_id, branch_id,
                   staff_id, service_id, wanted_at, status, attempts, received_at, finished_at)
values (1, 'call_of_february', '+493012345678', '+4930555000', '2025-02-24 09:10:00+01',
        '2025-02-24 09:12:00+01', 1, 1, 1, 1, '2025-03-03 10:00:00+01', 'completed', 1,
        '2025-02-24 09:12:00+01', '2025-02-24 09:12:00+01');
insert into appointments (id, company_id, branch_id, staff_id, service_id, customer_id, call_id,
                          starts_at, ends_at, price, status, created_at)
values (1, 1, 1, 1, 1, 1, 1, '2025-03-03 10:00:00+01', '2025-03-03 10:30:00+01', 89.00, 'done',
        '2025-02-24 09:12:00+01');
insert into activity_log (at, event, call_id, customer_id, appointment_id)
values ('2025-02-24 09:12:00+01', 'appointment_scheduled', 1, 1, 1);

-- The next ids follow the ones given above.
select setval(pg_get_serial_sequence(name, 'id'), 100)
from unnest(array['companies', 'branches', 'staff', 'services', 'customers', 'calls',
                  'appointments', 'group_sessions']) as name;
