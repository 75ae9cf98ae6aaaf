// What the tests of all SDKs share: a provider that `peregrine mock` plays, a service that takes its
// webhooks, and the counting of tests.
'use strict';
const { spawn } = require('node:child_process');
const http = require('node:http');

// A server that keeps what is posted to it and answers 204, or as `answer` says.
async function openHook() {
  const hook = { received: [], answer: () => 204 };
  hook.server = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      hook.received.push({ headers: request.headers, body });
      response.writeHead(hook.answer(request, body)).end();
    });
  });
  await new Promise((done) => hook.server.listen(0, '127.0.0.1', done));
  hook.url = `http://127.0.0.1:${hook.server.address().port}/hook`;
  return hook;
}

// { url, host, port, secrets, desk, hook, act(name, with), fail(with), journal(), end() }
async function openMock(provider) {
  const hook = await openHook();
  const child = spawn(process.env.PEREGRINE, ['mock', provider, '--webhook', hook.url]);
  let said = '';
  child.stderr.on('data', (piece) => process.stderr.write(piece));
  await new Promise((done, fail) => {
    child.stdout.on('data', (piece) => {
      said += piece;
      if (said.includes('\n\n')) done();
    });
    child.on('exit', (code) => fail(new Error(`peregrine mock ended with ${code}: ${said}`)));
  });
  const mock = { hook, secrets: {} };
  mock.url = said.match(/is played at (\S+)/)[1];
  mock.port = Number(new URL(mock.url).port);
  mock.desk = said.match(/^(http\S+)\/ tells/m)[1];
  for (const [, name, value] of said.matchAll(/^ {2}(\w+) +(\S+)$/gm)) mock.secrets[name] = value;
  const post = async (path, body) => {
    const response = await fetch(mock.desk + path, {
      method: 'POST',
      body: JSON.stringify(body ?? {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text === '' ? null : JSON.parse(text);
  };
  mock.act = (name, inputs) => post(`/actions/${name}`, inputs);
  mock.fail = (how) => post('/fail', how);
  mock.reset = () => post('/reset');
  mock.journal = async () => (await fetch(mock.desk + '/')).json();
  mock.end = () =>
    new Promise((done) => {
      hook.server.close();
      hook.server.closeAllConnections();
      child.removeAllListeners('exit');
      child.on('exit', done);
      child.kill('SIGINT');
    });
  return mock;
}

// Plays each test in turn, tells what fails, and ends the process.
async function play(provider, tests) {
  const mock = await openMock(provider);
  let passed = 0, failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await mock.reset();
      mock.hook.received.length = 0;
      mock.hook.answer = () => 204;
      await test(mock);
      ++passed;
    } catch (error) {
      ++failed;
      console.log(`FAILED: ${name}\n${error.stack}`);
    }
  }
  const code = await mock.end();
  if (code !== 0) {
    ++failed;
    console.log(`FAILED: peregrine mock ended with ${code}`);
  } else {
    ++passed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

// Waits for a condition, at most 10 s.
async function soon(holds) {
  for (let i = 0; i < 200; ++i) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`it did not come to be: ${holds}`);
}

module.exports = { play, soon };
