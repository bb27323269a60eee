// The peer's server: express-pouchdb on LevelDB, counting bytes and requests. Driven over the parent's channel.
// Express 5 made req.query read-only, which express-pouchdb sets: hence express 4.
const path = require('path');
const express = require('express');
const PouchDB = require('pouchdb');
const counted = { up: 0, down: 0, requests: 0 };
const open = new Set();
const Stored = PouchDB.defaults({ prefix: process.env.PEER_FOLDER + path.sep });
PouchDB.plugin(require('pouchdb-adapter-memory')); // express-pouchdb keeps its own configuration in memory
const app = express();
app.use('/', require('express-pouchdb')(Stored, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
server.on('request', () => { counted.requests += 1; });
server.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => { counted.up += socket.bytesRead; counted.down += socket.bytesWritten; open.delete(socket); });
});
const main = new Stored('main');
const answers = {
  load: async ({ documents }) => {
    for (let i = 0; i < documents.length; i += 1000) await main.bulkDocs(documents.slice(i, i + 1000));
    return { count: (await main.info()).doc_count };
  },
  edit: async ({ ids, tag }) => {
    const found = await main.allDocs({ include_docs: true, keys: ids });
    await main.bulkDocs(found.rows.map(({ doc }) => ({ ...doc, text: `${doc.text} ${tag}` })));
    return {};
  },
  counted: async () => {
    const now = { ...counted };
    for (const socket of open) { now.up += socket.bytesRead; now.down += socket.bytesWritten; }
    return now;
  },
};
process.on('message', async (message) => process.send(await answers[message.do](message)));
process.on('disconnect', () => process.exit(0));
