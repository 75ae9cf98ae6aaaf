// What the services in Node share: HTTP by node:http. A handler takes the body's JSON and gives a
// status; one that throws is answered with 500.
const http = require('node:http');

exports.serve = (handlers) => {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    let status = 404;
    try {
      const handler = handlers[request.url.slice(1)];
      if (request.url === '/health') status = 200;
      else if (handler) status = await handler(JSON.parse(Buffer.concat(chunks)));
    } catch (error) {
      console.error(request.url, error.message);
      status = 500;
    }
    response.writeHead(status, {'content-type': 'application/json'});
    response.end(JSON.stringify({status}));
  });
  server.listen(Number(process.env.PORT), process.env.HOST);
};

exports.poolSize = Number(process.env.POOL_SIZE || 10);
