// npm's grammy against `peregrine mock telegram`.
'use strict';
const assert = require('node:assert');
const { Bot, GrammyError, webhookCallback } = require('grammy');
const { play, soon } = require('./mock.cjs');

const open = (mock, token = mock.secrets.token) =>
  new Bot(token, { client: { apiRoot: mock.url } });

play('telegram', {
  'a bot knows who it is, and a wrong token nobody': async (mock) => {
    assert.equal((await open(mock).api.getMe()).username, mock.secrets.name);
    await assert.rejects(open(mock, '1:wrong').api.getMe(), (error) => {
      assert.ok(error instanceof GrammyError);
      assert.equal(error.error_code, 401);
      return true;
    });
  },
  'a bot answers by long polling, without spinning': async (mock) => {
    const bot = open(mock);
    bot.command('start', (context) => context.reply(`Hello ${context.from.first_name}`));
    bot.on('callback_query:data', async (context) => {
      await context.answerCallbackQuery({ text: context.callbackQuery.data });
    });
    const running = bot.start();
    await new Promise((done) => setTimeout(done, 500));
    await mock.act('message', { text: '/start', name: 'Anna', from: 42 });
    let state;
    await soon(async () => (state = (await mock.journal()).resources).messages.length === 2);
    assert.equal(state.messages[1].text, 'Hello Anna');
    assert.equal(state.messages[1].chat, '42');
    await mock.act('press', { data: 'yes' });
    await soon(async () => (state = (await mock.journal()).resources).answers.length === 1);
    assert.equal(state.answers[0].text, 'yes');
    await bot.stop();
    await running;
    const polls = (await mock.journal()).calls.filter((call) => call.name === 'getUpdates');
    assert.ok(polls.length < 10, `${polls.length} polls`);
  },
  'a second poll ends the first': async (mock) => {
    const api = open(mock).api;
    const first = assert.rejects(api.getUpdates({ timeout: 30 }), (error) => {
      assert.equal(error.error_code, 409);
      return true;
    });
    await new Promise((done) => setTimeout(done, 200));
    assert.deepEqual(await api.getUpdates({ timeout: 1 }), []);
    await first;
  },
  'messages are edited and deleted': async (mock) => {
    const api = open(mock).api;
    const sent = await api.sendMessage(42, 'one');
    assert.equal((await api.editMessageText(42, sent.message_id, 'two')).text, 'two');
    await assert.rejects(api.editMessageText(42, sent.message_id, 'two'), /is not modified/);
    assert.equal(await api.deleteMessage(42, sent.message_id), true);
    await assert.rejects(api.deleteMessage(42, sent.message_id), /not found/);
    await assert.rejects(api.sendMessage(42, ''), /text is empty/);
  },
  'a flood and a block are told': async (mock) => {
    await mock.fail({ with: 'flood', times: 1, route: 'sendMessage' });
    await assert.rejects(open(mock).api.sendMessage(42, 'a'), (error) => {
      assert.equal(error.parameters.retry_after, 1);
      return true;
    });
    await mock.fail({ with: 'blocked', times: 1 });
    await assert.rejects(open(mock).api.sendMessage(42, 'a'), /blocked by the user/);
  },
  'a webhook has the secret that the bot chose': async (mock) => {
    const api = open(mock).api;
    await api.setWebhook(mock.hook.url, { secret_token: 'abc' });
    await assert.rejects(api.getUpdates(), /webhook is active/);
    await mock.act('message', { text: 'hi' });
    const [{ headers, body }] = mock.hook.received;
    // grammy's own check of the secret, by its adapter for plain Node.
    const answers = async (secret) => {
      const bot = open(mock);
      let heard = null;
      bot.on('message', (context) => (heard = context.message.text));
      const handle = webhookCallback(bot, 'std/http', { secretToken: secret });
      const response = await handle(
        new Request('http://localhost/', { method: 'POST', headers: {
          'x-telegram-bot-api-secret-token': headers['x-telegram-bot-api-secret-token'],
          'content-type': 'application/json',
        }, body }),
      );
      return [response.status, heard];
    };
    assert.deepEqual(await answers('abc'), [200, 'hi']);
    assert.deepEqual(await answers('abd'), [401, null]);
    await api.deleteWebhook();
    assert.equal((await api.getWebhookInfo()).url, '');
  },
});
