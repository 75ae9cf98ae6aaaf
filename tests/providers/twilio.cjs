// npm's twilio against `peregrine mock twilio`. The SDK knows no other host than its own, but takes
// the client that carries its requests.
'use strict';
const assert = require('node:assert');
const twilio = require('twilio');
const { play } = require('./mock.cjs');

const client = (mock, token = mock.secrets.token) =>
  twilio(mock.secrets.sid, token, {
    httpClient: {
      request: async ({ method, uri, username, password, data, params }) => {
        const url = new URL(uri.replace('https://api.twilio.com', mock.url));
        for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, value);
        const response = await fetch(url, {
          method: method.toUpperCase(),
          headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
          body: data && new URLSearchParams(data),
        });
        return { statusCode: response.status, body: await response.text(), headers: {} };
      },
    },
  });

play('twilio', {
  'a message is sent and read': async (mock) => {
    const { messages } = client(mock);
    const sent = await messages.create({ to: '+4930123456', from: '+15005550006', body: 'Hi' });
    assert.match(sent.sid, /^SM\d{32}$/);
    assert.equal(sent.status, 'queued');
    await mock.act('delivered', { message: sent.sid });
    const read = await client(mock).messages(sent.sid).fetch();
    assert.equal(read.status, 'delivered');
    assert.equal(read.body, 'Hi');
    assert.equal(await client(mock).messages(sent.sid).remove(), true);
    await assert.rejects(client(mock).messages(sent.sid).fetch(), { status: 404, code: 20404 });
  },
  'messages are walked through in pages': async (mock) => {
    for (let i = 0; i < 5; ++i) {
      await client(mock).messages.create({ to: '+4930123456', from: '+15005550006', body: `${i}` });
    }
    const listed = await client(mock).messages.list({ pageSize: 2 });
    assert.deepEqual(listed.map((each) => each.body), ['4', '3', '2', '1', '0']);
    assert.equal((await mock.journal()).calls.filter((call) => call.name === 'list').length, 3);
  },
  "the SDK's verifier takes our webhooks and refuses altered ones": async (mock) => {
    const callback = `${mock.hook.url}/status?of=1`;
    const sent = await client(mock).messages.create({
      to: '+4930123456', from: '+15005550006', body: 'Hi', statusCallback: callback,
    });
    await mock.act('delivered', { message: sent.sid });
    await mock.act('answer', { from: '+4930123456', text: 'Thanks & grüße' });
    const [status, answer] = mock.hook.received;
    assert.match(status.headers['content-type'], /^application\/x-www-form-urlencoded/);
    const read = (posted) => Object.fromEntries(new URLSearchParams(posted.body));
    const valid = (posted, url, changed, token = mock.secrets.token) =>
      twilio.validateRequest(token, posted.headers['x-twilio-signature'], url, {
        ...read(posted), ...changed });
    assert.equal(read(status).MessageSid, sent.sid);
    assert.equal(read(status).MessageStatus, 'delivered');
    assert.equal(read(answer).Body, 'Thanks & grüße');
    assert.equal(read(answer).From, '+4930123456');
    assert.ok(valid(status, callback));
    assert.ok(valid(answer, mock.hook.url));
    assert.ok(!valid(status, callback, { MessageStatus: 'failed' }));
    assert.ok(!valid(status, mock.hook.url));
    assert.ok(!valid(answer, mock.hook.url, {}, 'other'));
  },
  'what is wrong is refused with its code': async (mock) => {
    const send = (message, token) => client(mock, token).messages.create(message);
    const good = { to: '+4930123456', from: '+15005550006', body: 'Hi' };
    await assert.rejects(send(good, 'wrong'), { status: 401, code: 20003 });
    await assert.rejects(send({ ...good, to: '030' }), { status: 400, code: 21211 });
    await assert.rejects(send({ to: good.to, body: 'Hi' }), { code: 21603 });
    await mock.fail({ with: 'rate_limit', times: 1 });
    await assert.rejects(send(good), { status: 429, code: 20429 });
    assert.equal((await mock.journal()).resources.messages.length, 0);
  },
});
