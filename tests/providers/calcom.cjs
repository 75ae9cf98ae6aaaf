// Cal.com's API v2 as its documentation has it: there is no SDK of these versions, so plain requests.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const { play, soon } = require('./mock.cjs');

const attendee = { name: 'Max', email: 'max@example.org', timeZone: 'Europe/Berlin' };
const nine = '2040-06-09T09:00:00Z', ten = '2040-06-09T10:00:00Z', next = '2040-06-10T09:00:00Z';

async function ask(mock, method, path, { body, version = '2024-08-13', key } = {}) {
  const response = await fetch(mock.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key ?? mock.secrets.key}`,
      'cal-api-version': version,
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}
const slots = (mock, type, start = '2040-06-09', end = '2040-06-10') =>
  ask(mock, 'GET', `/v2/slots?eventTypeId=${type}&start=${start}&end=${end}`, {
    version: '2024-09-04',
  });
const book = (mock, start, type = 203, more = {}) =>
  ask(mock, 'POST', '/v2/bookings', { body: { start, eventTypeId: type, attendee, ...more } });

play('calcom', {
  'what is put is free until it is booked': async (mock) => {
    await mock.act('put', { slots: [ten, nine, next] });
    assert.deepEqual((await slots(mock, 203)).json, {
      data: { '2040-06-09': [{ start: nine }, { start: ten }], '2040-06-10': [{ start: next }] },
      status: 'success',
    });
    const { status, json } = await book(mock, '2040-06-09T11:00:00+02:00');
    assert.equal(status, 201);
    assert.equal(json.data.start, nine);
    assert.equal(json.data.end, '2040-06-09T09:30:00Z');
    assert.equal(json.data.status, 'accepted');
    assert.equal(json.data.attendees[0].email, attendee.email);
    assert.deepEqual((await slots(mock, 203, '2040-06-09', '2040-06-09')).json.data, {
      '2040-06-09': [{ start: ten }],
    });
    // Another event type is another host's.
    assert.equal((await slots(mock, 204)).json.data['2040-06-09'].length, 2);
    const again = await book(mock, nine);
    assert.equal(again.status, 400);
    assert.equal(again.json.error.code, 'BadRequestException');
    assert.match(again.json.error.message, /already has booking at this time/);
  },
  'event types of one host take his time from each other': async (mock) => {
    await mock.act('put', {
      slots: [nine],
      event_types: [{ id: 1, host: 7, minutes: 60 }, { id: 2, host: 7 }],
    });
    assert.equal((await book(mock, nine, 1)).json.data.duration, 60);
    assert.equal((await book(mock, nine, 2)).status, 400);
  },
  'a booking is read, moved and cancelled': async (mock) => {
    await mock.act('put', { slots: [nine, ten] });
    const { data } = (await book(mock, nine)).json;
    assert.equal((await ask(mock, 'GET', `/v2/bookings/${data.uid}`)).json.data.id, data.id);
    const moved = await ask(mock, 'POST', `/v2/bookings/${data.uid}/reschedule`, {
      body: { start: ten },
    });
    assert.equal(moved.status, 201);
    assert.equal(moved.json.data.rescheduledFromUid, data.uid);
    const cancelled = await ask(mock, 'POST', `/v2/bookings/${moved.json.data.uid}/cancel`, {
      body: { cancellationReason: 'ill' },
    });
    assert.equal(cancelled.json.data.status, 'cancelled');
    assert.equal(cancelled.json.data.cancellationReason, 'ill');
    const twice = await ask(mock, 'POST', `/v2/bookings/${moved.json.data.uid}/cancel`);
    assert.equal(twice.status, 400);
    assert.equal((await ask(mock, 'GET', '/v2/bookings/nobody')).status, 404);
    const listed = (await ask(mock, 'GET', '/v2/bookings?status=cancelled&take=1')).json;
    assert.equal(listed.data.length, 1);
    assert.deepEqual(
      [listed.pagination.totalItems, listed.pagination.remainingItems],
      [2, 1],
    );
    assert.equal((await slots(mock, 203)).json.data['2040-06-09'].length, 2);
  },
  'what is wrong is refused in its shape': async (mock) => {
    assert.equal((await ask(mock, 'GET', '/v2/bookings', { key: 'x' })).status, 401);
    const { status, json } = await ask(mock, 'GET', '/v2/bookings', { version: '2020-01-01' });
    assert.equal(status, 400);
    assert.equal(json.status, 'error');
    assert.match(json.error.message, /cal-api-version/);
    assert.equal((await book(mock, 'soon')).status, 400);
    assert.match((await book(mock, nine)).json.error.message, /is not available/);
    await mock.act('put', { slots: ['2020-01-01T09:00:00Z'] });
    assert.match((await book(mock, '2020-01-01T09:00:00Z')).json.error.message, /in the past/);
    for (const [name, code] of Object.entries({
      rate_limit: 429,
      validation: 422,
      not_found: 404,
      server_error: 500,
    })) {
      await mock.fail({ with: name, times: 1, route: 'POST /v2/bookings' });
      assert.equal((await book(mock, nine)).status, code);
    }
  },
  'webhooks are signed, and an altered one is not': async (mock) => {
    await mock.act('put', { slots: [nine] });
    const { data } = (await book(mock, nine)).json;
    const done = await mock.act('cancel', { booking: data.id, reason: 'ill' });
    assert.equal(done.event.triggerEvent, 'BOOKING_CANCELLED');
    assert.equal(done.event.payload.uid, data.uid);
    await soon(() => mock.hook.received.length === 2);
    const of = (event) => mock.hook.received.find(({ body }) => body.includes(event));
    const created = of('BOOKING_CREATED'), cancelled = of('BOOKING_CANCELLED');
    const sign = (body) =>
      crypto.createHmac('sha256', mock.secrets.webhook).update(body).digest('hex');
    assert.equal(cancelled.headers['x-cal-signature-256'], sign(cancelled.body));
    assert.notEqual(cancelled.headers['x-cal-signature-256'], sign(created.body));
  },
});
