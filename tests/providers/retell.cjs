// npm's retell-sdk against `peregrine mock retell`.
'use strict';
const assert = require('node:assert');
const Retell = require('retell-sdk');
const { play, soon } = require('./mock.cjs');

const client = (mock, options) =>
  new Retell({ apiKey: mock.secrets.key, baseURL: mock.url, maxRetries: 0, ...options });

play('retell', {
  'a call is made and read': async (mock) => {
    const made = await client(mock).call.createPhoneCall({
      from_number: '+14157774444',
      to_number: '+12137774445',
      metadata: { lead: '1' },
    });
    assert.match(made.call_id, /^call_\w{27}$/);
    assert.equal(made.call_status, 'registered');
    assert.equal(made.direction, 'outbound');
    assert.deepEqual(await client(mock).call.retrieve(made.call_id), made);
    const [create, get] = (await mock.journal()).calls;
    assert.equal(create.route, 'POST /v2/create-phone-call');
    assert.equal(create.json.metadata.lead, '1');
    assert.equal(create.answer.status, 201);
    assert.equal(get.path.id, made.call_id);
  },
  'a wrong key, a call that is not there, a call without numbers': async (mock) => {
    await assert.rejects(
      client(mock, { apiKey: 'wrong' }).call.list(),
      Retell.AuthenticationError,
    );
    await assert.rejects(client(mock).call.retrieve('call_none'), Retell.NotFoundError);
    await assert.rejects(
      client(mock).call.createPhoneCall({ from_number: '+1' }),
      Retell.UnprocessableEntityError,
    );
  },
  'calls are listed in pages': async (mock) => {
    const ids = [];
    for (let i = 0; i < 5; ++i) {
      ids.unshift((await mock.act('call_started', { from: `+4930${i}` })).event.call.call_id);
    }
    const seen = [];
    let page;
    do {
      page = await client(mock).call.list({ limit: 2, pagination_key: page?.pagination_key });
      seen.push(page.items.map((call) => call.call_id));
    } while (page.has_more);
    assert.deepEqual(seen, [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    const filtered = await client(mock).call.list({ filter_criteria: { call_id: [ids[3]] } });
    assert.deepEqual(filtered.items.map((call) => call.call_id), [ids[3]]);
  },
  'the SDK tries again after a rate limit, and says so': async (mock) => {
    await mock.fail({ with: 'rate_limit', times: 1, route: 'list_calls' });
    const listed = await client(mock, { maxRetries: 1 }).call.list();
    assert.deepEqual(listed.items, []);
    const { calls } = await mock.journal();
    assert.deepEqual(calls.map((call) => call.answer.status), [429, 200]);
    assert.equal(calls[1].headers['x-stainless-retry-count'], '1');
    await mock.fail({ with: 'reset', times: 1 });
    await assert.rejects(client(mock).call.list(), Retell.APIConnectionError);
    await mock.fail({ with: 'garbage', times: 1 });
    await assert.rejects(client(mock).call.list(), Retell.APIConnectionError);
    await mock.fail({ with: 'timeout', times: 1 });
    await assert.rejects(
      client(mock, { timeout: 300 }).call.list(),
      Retell.APIConnectionTimeoutError,
    );
  },
  "the SDK's verifier takes our webhook and refuses an altered one": async (mock) => {
    const done = await mock.act('call_ended', {
      from: '+493012345',
      wants: 'Checkup',
      at: '2025-06-09T08:00:00Z',
      name: 'Max Mustermann',
      email: 'max@example.org',
      metadata: { branch_id: 1 },
    });
    assert.equal(done.answer.status, 204);
    const [{ headers, body }] = mock.hook.received;
    const signature = headers['x-retell-signature'];
    assert.deepEqual(JSON.parse(body), done.event);
    assert.ok(await Retell.verify(body, mock.secrets.webhook, signature));
    assert.ok(!(await Retell.verify(body.replace('Max', 'Mex'), mock.secrets.webhook, signature)));
    assert.ok(!(await Retell.verify(body, mock.secrets.key, signature)));
    const { event, call } = done.event;
    assert.equal(event, 'call_ended');
    assert.equal(call.from_number, '+493012345');
    assert.equal(call.end_timestamp - call.start_timestamp, 120000);
    assert.deepEqual(call.call_analysis.custom_analysis_data, {
      name: 'Max Mustermann',
      email: 'max@example.org',
      service: 'Checkup',
      starts_at: '2025-06-09T08:00:00Z',
    });
  },
  'a call goes through its stages': async (mock) => {
    const { event } = await mock.act('call_started', { from: '+49301' });
    assert.equal(event.call.call_status, 'ongoing');
    const id = event.call.call_id;
    assert.equal((await mock.act('hung_up', { call: id })).event.event, 'call_ended');
    await assert.rejects(mock.act('hung_up', { call: 'call_none' }), /there is none with the id/);
    await mock.act('call_analyzed', { call: id, analysis: { service: 'Checkup' } });
    const call = await client(mock).call.retrieve(id);
    assert.equal(call.call_status, 'ended');
    assert.equal(call.call_analysis.custom_analysis_data.service, 'Checkup');
  },
  'a webhook that is not taken is posted again': async (mock) => {
    let answers = [503, 204];
    mock.hook.answer = () => answers.shift();
    const { answer } = await mock.act('call_started', { from: '+49301' });
    assert.equal(answer.status, 503);
    await soon(async () => (await mock.journal()).webhooks[0].delivered);
    assert.equal(mock.hook.received.length, 2);
    assert.equal(mock.hook.received[0].body, mock.hook.received[1].body);
  },
});
