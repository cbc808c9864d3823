// Requests per second and the 99th percentile of their times behind web servers, as a Markdown table:
// schedule.cgi behind lighttpd as scripts/run starts it, the same behind nginx and fcgiwrap as the README
// configures them, and a small server in Node.js that does what such servers usually do. The servers take
// turns. Many connections take three times as long, for each to get its turn.
//
// usage: node served.mjs [ROUNDS [SECONDS [CONNECTIONS...]]]

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
    freePort, lifetimeMake, post, Process, programCount, request, startLighttpd, startNginx, temporaryDirectory,
} from '../server/servers.mjs';
import { mean } from './statistics.mjs';
import { scheduleText } from './stored_schedule.mjs';
import { load, summary } from './wrk.mjs';

const rounds = Number(process.argv[2] ?? 2);
const seconds = Number(process.argv[3] ?? 1);
const numbersOfConnections = process.argv.length > 4 ? process.argv.slice(4).map(Number) : [1, 8, 64, 500];

const lifetime = lifetimeMake();

async function startOld() {
    const directory = temporaryDirectory();
    const port = await freePort();
    const server = new Process('node', [new URL('old_server.mjs', import.meta.url).pathname, String(port), directory], {});
    lifetime.after(async () => {
        await server.stop();
        fs.rmSync(directory, { recursive: true, force: true });
    });
    await server.until(() => request(port, 'GET', '/v1/ping').then(() => true, () => false), 'the start of Node.js');
    return { port, data: directory };
}

// wrk leaves while requests are under way or queued; the next load is not to wait for these.
async function settled({ data }) {
    for (let quiet = 0; quiet < 10; quiet = programCount(data) === 0 ? quiet + 1 : 0)
        await sleep(10);
}

// Let every server hold a document of this size.
async function stored(servers, size) {
    for (const { port } of servers) {
        const { status } = await post(port, scheduleText(size));
        if (status !== 200)
            throw new Error(`a save got ${status}`);
    }
}

// The rows of one kind of request.
async function rowsPrint(servers, label, options, most = Infinity) {
    for (const connections of numbersOfConnections.filter((number) => number <= most)) {
        const loads = servers.map(() => []);
        for (let round = 0; round < rounds; round += 1) {
            for (const [i, server] of servers.entries()) {
                loads[i].push(await load(server.port, {
                    connections, seconds: connections > 100 ? 3 * seconds : seconds, ...await options(server.port),
                }));
                await settled(server);
            }
        }
        const rates = loads.map((one) => mean(one.map(({ rate }) => rate)));
        console.log(`| ${label} | ${connections} | ${loads.map(summary).join(' | ')} | ${(rates[0] / rates[2]).toFixed(2)} |`);
    }
}

async function table() {
    const servers = [await startLighttpd(lifetime), await startNginx(lifetime), await startOld()];
    const directory = temporaryDirectory();
    const bodyFile = path.join(directory, 'body.json');
    lifetime.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    fs.writeFileSync(bodyFile, scheduleText(1000).replace('task-0', 'task-@'));
    console.log('| request | connections | lighttpd | nginx and fcgiwrap | a server in Node.js | lighttpd x Node.js |\n'
        + '|---|---|---|---|---|---|');
    await stored(servers, 1000);
    for (const server of servers) { // Node.js compiles what it finds to be used much
        await load(server.port, { connections: 8, seconds });
        await settled(server);
    }
    await rowsPrint(servers, 'GET of 1 KB', () => ({}));
    await rowsPrint(servers, '304 (Node.js: 200)', async (port) => {
        const { headers: { etag } } = await request(port, 'GET', '/api/data');
        return { headers: { 'If-None-Match': etag ?? '"1"' } };
    });
    // Five hundred saves at once only show how long the disk takes for so many.
    await rowsPrint(servers, 'POST of 1 KB', () => ({ bodyFile }), 64);
    await stored(servers, 100000);
    await rowsPrint(servers, 'GET of 100 KB', () => ({}));
}

try {
    await table();
} finally {
    await lifetime.end();
}
