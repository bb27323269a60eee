// usage: node measure.js DOCUMENTS.jsonl   Each line on the standard input is a step; each answer is one line of JSON.
// Steps: start, stop, and the measurements below, which answer {ms, up, down, requests}.
const { fork } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const PouchDB = require('pouchdb');

const documents = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const ids = documents.map((document) => document._id);
const batches = { batch_size: 1000, batches_limit: 10 };
let folder, server, remote, local;
let round = 0;

const reply = () => new Promise((resolve) => { server.once('message', resolve); });
const ask = (message) => { const answer = reply(); server.send(message); return answer; };

async function start() {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pouchdb-peer-'));
  fs.mkdirSync(path.join(folder, 'server'));
  server = fork(path.join(__dirname, 'server.js'), {
    env: { ...process.env, PEER_FOLDER: path.join(folder, 'server') },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { port } = await reply();
  await ask({ do: 'load', documents });
  remote = `http://127.0.0.1:${port}/main`;
  local = new PouchDB(path.join(folder, 'client'));
}

async function stop() {
  await local.close();
  server.disconnect();
  await new Promise((resolve) => { server.on('exit', resolve); });
  fs.rmSync(folder, { recursive: true, force: true });
}

async function edit() {
  round += 1;
  const tenth = await local.allDocs({ include_docs: true, keys: ids.filter((_, i) => i % 10 === 0) });
  await local.bulkDocs(tenth.rows.map(({ doc }) => ({ ...doc, text: `${doc.text} bijgewerkt ${round}` })));
}

async function changeElsewhere() {
  round += 1;
  await local.sync(remote, batches);
  await ask({ do: 'edit', ids: ids.filter((_, i) => i % 1000 === 7), tag: `${round}` });
}

// What is prepared without being measured, and what is measured.
const steps = {
  'pull 10,000': [null, () => local.replicate.from(remote, batches)],
  'next, nothing to do': [null, () => local.sync(remote, batches)],
  'push 1,000': [edit, () => local.replicate.to(remote, batches)],
  nothing: [null, () => local.sync(remote, batches)],
  '10 changed': [changeElsewhere, () => local.replicate.from(remote, batches)],
};

async function measured([prepare, act]) {
  if (prepare) await prepare();
  const before = await ask({ do: 'counted' });
  const started = process.hrtime.bigint();
  await act();
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  const after = await ask({ do: 'counted' });
  return { ms, up: after.up - before.up, down: after.down - before.down, requests: after.requests - before.requests };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer = {};
    if (line === 'start') await start();
    else if (line === 'stop') await stop();
    else answer = await measured(steps[line]);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
})();
