// npm's stripe against `peregrine mock stripe`.
'use strict';
const assert = require('node:assert');
const Stripe = require('stripe');
const { play, soon } = require('./mock.cjs');

const client = (mock, options) =>
  new Stripe(mock.secrets.key, {
    host: '127.0.0.1',
    port: mock.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    ...options,
  });
const pay = (mock, card, options) =>
  client(mock).paymentIntents.create(
    { amount: 1000, currency: 'eur', payment_method: card, confirm: true },
    options,
  );

play('stripe', {
  'a customer is made, changed, found and deleted': async (mock) => {
    const stripe = client(mock);
    const made = await stripe.customers.create({
      email: 'a@b.de',
      metadata: { k: 'v' },
      address: { line1: '1 St' },
    });
    assert.match(made.id, /^cus_/);
    assert.deepEqual(made.metadata, { k: 'v' });
    assert.equal(made.address.line1, '1 St');
    assert.equal((await stripe.customers.update(made.id, { name: 'Anna' })).name, 'Anna');
    assert.equal((await stripe.customers.retrieve(made.id)).email, 'a@b.de');
    assert.equal((await stripe.customers.del(made.id)).deleted, true);
    await assert.rejects(stripe.customers.retrieve(made.id), {
      type: 'StripeInvalidRequestError',
      code: 'resource_missing',
      statusCode: 404,
    });
    await soon(() => mock.hook.received.length === 3);
    assert.deepEqual(
      mock.hook.received.map(({ body }) => JSON.parse(body).type).sort(),
      ['customer.created', 'customer.deleted', 'customer.updated'],
    );
  },
  'a list is walked through by itself': async (mock) => {
    const stripe = client(mock);
    const ids = [];
    for (let i = 0; i < 7; ++i) ids.push((await stripe.customers.create({ name: `${i}` })).id);
    const seen = [];
    for await (const each of stripe.customers.list({ limit: 3 })) seen.push(each.id);
    assert.deepEqual(seen.sort(), ids.sort());
    const { calls } = await mock.journal();
    assert.equal(calls.filter((call) => call.route === 'GET /v1/customers').length, 3);
  },
  'a card succeeds, is declined, and asks for more': async (mock) => {
    assert.equal((await pay(mock, 'pm_card_visa')).status, 'succeeded');
    assert.equal((await pay(mock, 'pm_card_authenticationRequired')).status, 'requires_action');
    await assert.rejects(pay(mock, 'pm_card_chargeDeclinedInsufficientFunds'), (error) => {
      assert.ok(error instanceof Stripe.errors.StripeCardError);
      assert.equal(error.code, 'card_declined');
      assert.equal(error.decline_code, 'insufficient_funds');
      assert.equal(error.payment_intent.status, 'requires_payment_method');
      return true;
    });
    const stripe = client(mock);
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
    assert.equal(intent.status, 'requires_payment_method');
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    assert.equal(paid.amount_received, 500);
    await assert.rejects(stripe.paymentIntents.cancel(intent.id), {
      code: 'payment_intent_unexpected_state',
    });
    const refund = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 200,
      expand: ['payment_intent'],
    });
    assert.equal(refund.payment_intent.id, intent.id);
    await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 400 }), {
      code: 'charge_already_refunded',
    });
  },
  'the same idempotency key pays once': async (mock) => {
    const first = await pay(mock, 'pm_card_visa', { idempotencyKey: 'k' });
    assert.equal((await pay(mock, 'pm_card_visa', { idempotencyKey: 'k' })).id, first.id);
    await assert.rejects(
      pay(mock, 'pm_card_mastercard', { idempotencyKey: 'k' }),
      Stripe.errors.StripeIdempotencyError,
    );
    assert.equal((await client(mock).paymentIntents.list()).data.length, 1);
  },
  'the SDK tries again after a 503 and a reset': async (mock) => {
    await mock.fail({ with: 'unavailable', times: 1 });
    await mock.fail({ with: 'reset', times: 1 });
    const made = await client(mock, { maxNetworkRetries: 2 }).customers.create({ name: 'A' });
    assert.equal(made.name, 'A');
    const { calls, resources } = await mock.journal();
    assert.deepEqual(calls.map((call) => call.failure), ['unavailable', 'reset', null]);
    assert.equal(new Set(calls.map((call) => call.headers['idempotency-key'])).size, 1);
    assert.equal(resources.customers.length, 1);
  },
  'a subscription has its items, invoice and customer': async (mock) => {
    const stripe = client(mock);
    const customer = await stripe.customers.create({ name: 'A' });
    const product = await stripe.products.create({ name: 'Plan' });
    const price = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 900,
      product: product.id,
      recurring: { interval: 'month' },
    });
    assert.equal(price.type, 'recurring');
    const made = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 2 }],
      expand: ['latest_invoice', 'customer'],
    });
    assert.equal(made.status, 'active');
    assert.equal(made.customer.name, 'A');
    assert.equal(made.latest_invoice.amount_due, 1800);
    assert.equal(made.items.data[0].price.id, price.id);
    assert.equal((await stripe.subscriptions.cancel(made.id)).status, 'canceled');
  },
  "the SDK's verifier takes our webhook and refuses an altered one": async (mock) => {
    const intent = await client(mock).paymentIntents.create({ amount: 500, currency: 'eur' });
    await mock.act('payment_succeeded', { intent: intent.id });
    const { headers, body } = mock.hook.received.find(({ body }) => body.includes('.succeeded'));
    const read = (text, secret = mock.secrets.webhook) =>
      client(mock).webhooks.constructEvent(text, headers['stripe-signature'], secret);
    const event = read(body);
    assert.equal(event.type, 'payment_intent.succeeded');
    assert.equal(event.data.object.amount_received, 500);
    assert.throws(() => read(body.replace('500', '900')), Stripe.errors.StripeSignatureVerificationError);
    assert.throws(() => read(body, 'whsec_other'), Stripe.errors.StripeSignatureVerificationError);
  },
});
