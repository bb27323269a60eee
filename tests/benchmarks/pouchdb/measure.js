// usage: node measure.js DOCUMENTS.jsonl RUNS   -> one JSON object: {measurement: [{ms, up, down, requests}, ...]}
const { fork } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const PouchDB = require('pouchdb');

const documents = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const ids = documents.map((document) => document._id);
const runs = Number(process.argv[3] || 3);
const batches = { batch_size: 1000, batches_limit: 10 };

async function run(figures) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pouchdb-peer-'));
  fs.mkdirSync(path.join(folder, 'server'));
  const server = fork(path.join(__dirname, 'server.js'), { env: { ...process.env, PEER_FOLDER: path.join(folder, 'server') } });
  const reply = () => new Promise((resolve) => { server.once('message', resolve); });
  const ask = (message) => { const answer = reply(); server.send(message); return answer; };
  const { port } = await reply();
  await ask({ do: 'load', documents });
  const remote = `http://127.0.0.1:${port}/main`;
  const local = new PouchDB(path.join(folder, 'client'));
  const measure = async (name, act) => {
    const before = await ask({ do: 'counted' });
    const started = process.hrtime.bigint();
    await act();
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    const after = await ask({ do: 'counted' });
    (figures[name] ||= []).push({ ms, up: after.up - before.up, down: after.down - before.down, requests: after.requests - before.requests });
  };
  await measure('pull 10,000', () => local.replicate.from(remote, batches));
  await measure('next, nothing to do', () => local.sync(remote, batches));
  const tenth = await local.allDocs({ include_docs: true, keys: ids.filter((_, i) => i % 10 === 0) });
  await local.bulkDocs(tenth.rows.map(({ doc }) => ({ ...doc, text: `${doc.text} bijgewerkt` })));
  await measure('push 1,000', () => local.replicate.to(remote, batches));
  await local.sync(remote, batches);
  for (let k = 0; k < 5; k += 1) await measure('nothing', () => local.sync(remote, batches));
  for (let k = 0; k < 5; k += 1) {
    await ask({ do: 'edit', ids: ids.filter((_, i) => i % 1000 === 7), tag: `${k}` });
    await measure('10 changed', () => local.replicate.from(remote, batches));
  }
  await local.close();
  server.disconnect();
  await new Promise((resolve) => { server.on('exit', resolve); });
  fs.rmSync(folder, { recursive: true, force: true });
}

(async () => {
  const figures = {};
  for (let k = 0; k < runs; k += 1) await run(figures);
  console.log(JSON.stringify(figures));
  process.exit(0);
})();
