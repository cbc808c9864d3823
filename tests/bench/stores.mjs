// The kinds of store side by side, each on this machine: a directory, PostgreSQL by a Unix socket, and an S3
// server (Ceph's gateway, which keeps all in memory) on the loopback interface. First what one process takes,
// then what lighttpd gets done with several clients. Prints Markdown tables.
//
// usage: node stores.mjs BENCH_STORES [ROUNDS [SECONDS]]

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import fs from 'node:fs';

import {
    cleanEnvironment, lifetimeMake, post, request, root, startLighttpd, temporaryDirectory,
} from '../server/servers.mjs';
import { startPostgres, startS3 } from '../server/stores.mjs';
import { scheduleText } from './stored_schedule.mjs';
import { load, summary } from './wrk.mjs';

const [bench, rounds = '100', seconds = '2'] = process.argv.slice(2);
const lifetime = lifetimeMake();

async function settingsMake() {
    const directory = temporaryDirectory();
    lifetime.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const postgres = await startPostgres(lifetime);
    const s3 = await startS3(lifetime);
    await s3.bucket('plans');
    return [
        ['file', { SCHEDULE_DATA_DIR: path.join(directory, 'data') }],
        ['postgres', { DATABASE_URL: postgres.url }],
        ['s3', { SCHEDULE_S3_URL: `${s3.endpoint}/plans/`, AWS_ACCESS_KEY_ID: s3.key, AWS_SECRET_ACCESS_KEY: s3.secret }],
    ];
}

function processesPrint(settings) {
    const programs = ['schedule.cgi', 'schedule-postgres.cgi', 'schedule-s3.cgi']
        .map((name) => path.join(root, 'build/cgi', name));
    const done = spawnSync(bench, [rounds, ...programs], {
        encoding: 'utf8', env: cleanEnvironment(Object.assign({}, ...settings.map(([, own]) => own))),
    });
    if (done.status !== 0)
        throw new Error(`${bench}: ${done.stdout}${done.stderr}`);
    process.stdout.write(done.stdout);
}

async function rowPrint(servers, label, options) {
    const cells = [];
    for (const { port } of servers)
        cells.push(summary([await load(port, { connections: 8, seconds: Number(seconds), ...await options(port) })]));
    console.log(`| ${label} | ${cells.join(' | ')} |`);
}

async function servedPrint(settings) {
    const servers = [];
    const directory = temporaryDirectory();
    lifetime.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const bodyFile = path.join(directory, 'body.json');
    fs.writeFileSync(bodyFile, scheduleText(1000).replace('task-0', 'task-@'));
    for (const [store, own] of settings)
        servers.push(await startLighttpd(lifetime, { settings: { SCHEDULE_STORE: store, ...own } }));
    for (const { port } of servers)
        await post(port, scheduleText(1000));
    console.log('\n| 8 clients of lighttpd | file | PostgreSQL | S3 |\n|---|---|---|---|');
    await rowPrint(servers, 'GET of 1 KB', () => ({}));
    await rowPrint(servers, '304', async (port) => {
        const { headers: { etag } } = await request(port, 'GET', '/api/data');
        return { headers: { 'If-None-Match': etag } };
    });
    await rowPrint(servers, 'POST of 1 KB', () => ({ bodyFile }));
}

try {
    const settings = await settingsMake();
    processesPrint(settings);
    await servedPrint(settings);
} finally {
    await lifetime.end();
}
