// How long a start takes until GET /v1/ping is answered, as a Markdown table: scripts/serve, run.sh of an unpacked
// package if there is one, and the small server in Node.js, in turns. A platform that starts an instance for a
// request keeps somebody waiting so long.
//
// usage: node start.mjs [ROUNDS [PACKAGE]]

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, freePort, Process, request, root, temporaryDirectory } from '../server/servers.mjs';
import { median } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 20);
const unpacked = process.argv[3];

const kinds = [
    { name: '`scripts/serve`', command: (port) => [path.join(root, 'scripts/serve'), [String(port)]] },
    ...unpacked ? [{ name: '`run.sh` of the package', command: (port) => [path.join(unpacked, 'run.sh'), [String(port)]] }] : [],
    {
        name: 'a server in Node.js',
        command: (port, data) => ['node', [path.join(root, 'tests/bench/old_server.mjs'), String(port), data]],
    },
];

// Milliseconds from the start to the answer.
async function startTime({ command }) {
    const data = temporaryDirectory();
    const port = await freePort();
    const begun = performance.now();
    const server = new Process(...command(port, data), { env: cleanEnvironment({ SCHEDULE_DATA_DIR: data }) });
    while (!await request(port, 'GET', '/v1/ping').then(({ status }) => status === 200, () => false))
        await sleep(1);
    const time = performance.now() - begun;
    await server.stop();
    fs.rmSync(data, { recursive: true });
    return time;
}

const times = kinds.map(() => []);
for (let round = 0; round < rounds; round += 1) {
    for (const [i, kind] of kinds.entries())
        times[i].push(await startTime(kind));
}
const medians = times.map(median);
console.log('| start | until it answers | x Node.js | at most |\n|---|---|---|---|');
for (const [i, { name }] of kinds.entries()) {
    const most = i === kinds.length - 1 ? '' : `100 ms: ${medians[i] < 100 ? 'reached' : 'missed'}`;
    console.log(`| ${name} | ${medians[i].toFixed(0)} ms | ${(medians[i] / medians.at(-1)).toFixed(2)} | ${most} |`);
}
