// The whole system with its document in PostgreSQL.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { testStoreApi } from './api_rows.mjs';
import { ask, dataDirectory, startAsDescribed, startInstances, startSilence } from './instances.mjs';
import { cleanEnvironment, freePort, post, request, root, startLighttpd } from './servers.mjs';
import { testStaleClients } from './stale_clients.mjs';
import { checkRefused, testScripts } from './store_rows.mjs';
import { startPostgres } from './stores.mjs';

const program = 'schedule-postgres.cgi';
const stops = [];
let postgres;
let documents = 0;

before(async () => { postgres = await startPostgres({ after: (stop) => stops.push(stop) }, { tcp: true }); });
after(() => Promise.all(stops.map((stop) => stop())));

// A document of its own in the one database.
function settings(own = {}) {
    documents += 1;
    return { SCHEDULE_STORE: 'postgres', DATABASE_URL: postgres.url, SCHEDULE_DOCUMENT_NAME: `plan ${documents}`, ...own };
}

function psql(statement) {
    const done = spawnSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement, postgres.url],
        { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trim();
}

testStoreApi('the API on PostgreSQL', (t, { settings: own } = {}) => startLighttpd(t, { settings: settings(own) }));

// Who makes his save conditional has to be faster than all others, so there are fewer of them here.
testStaleClients('of two instances on one PostgreSQL', (t) => startInstances(t, settings()), 600,
    { pages: 4, careful: 1, patchers: 1, pause: 150 });

test('people can ask for tasks in SQL', async () => {
    const own = settings();
    const plan = {
        projects: [{ id: 'p-1', name: '支付系统' }, { id: 'p-2', name: '风控' }, null],
        tasks: [
            { id: 't-1', projectId: 'p-1', name: '联调', progress: 33.30, startDate: '2026-01-05', assignees: ['张三'] },
            { id: 't-2', projectId: 'gone', name: '上线' }, 7,
        ],
    };
    assert.equal((await ask(program, own, { method: 'POST', body: JSON.stringify(plan) })).status, 200);
    assert.equal(psql(`select id, name, project_id, project_name, start_date from schedule_task
        where document = '${own.SCHEDULE_DOCUMENT_NAME}' order by position`),
    't-1|联调|p-1|支付系统|2026-01-05\nt-2|上线|gone||');
    assert.equal((await ask(program, settings(), { method: 'POST', body: '{"tasks":{"no":"array"},"projects":3}' })).status, 200);
    assert.match(psql('select count(*) from schedule_task'), /^\d+$/);
});

test('who saved is noted', async () => {
    const own = settings();
    await ask(program, own, { method: 'POST', body: '{"a":1}', variables: { REMOTE_USER: "o'neil \\ 张" } });
    assert.equal(psql(`select saved_by from schedule_document where name = '${own.SCHEDULE_DOCUMENT_NAME}'`), "o'neil \\ 张");
});

test('a server that cannot be used is told from others, in time', async (t) => {
    const port = await freePort();
    const silent = await startSilence(t);
    const short = { SCHEDULE_STORE_TIMEOUT_MS: '1000' };
    const tcp = new URL(postgres.tcpUrl);
    await t.test('connection refused', () => checkRefused(program,
        settings({ ...short, DATABASE_URL: `postgresql://u:geheim@127.0.0.1:${port}/db` }), new RegExp(`127\\.0\\.0\\.1.*${port}.*refused`), { retry: true }));
    await t.test('no such name', () => checkRefused(program,
        settings({ ...short, DATABASE_URL: 'postgresql://u:geheim@nowhere.invalid/db' }), /nowhere\.invalid/, { retry: true }));
    await t.test('no answer', () => checkRefused(program,
        settings({ ...short, DATABASE_URL: `postgresql://u:geheim@127.0.0.1:${silent}/db` }), new RegExp(`127\\.0\\.0\\.1.*${silent}`), { retry: true }));
    await t.test('wrong password', () => checkRefused(program,
        settings({ DATABASE_URL: `postgresql://test:geheim@127.0.0.1:${tcp.port}/postgres` }), /password authentication failed/, { retry: false }));
    await t.test('no such database', () => checkRefused(program,
        settings({ DATABASE_URL: `postgresql://test:test@127.0.0.1:${tcp.port}/nowhere` }), /nowhere.* does not exist/, { retry: false }));
    await t.test('an address that is none', async () => {
        const answer = await ask(program, settings({ DATABASE_URL: 'postgresql://u:geheim@[::1/db' }));
        assert.equal(answer.status, 503, answer.text);
        assert.doesNotMatch(answer.text + answer.log, /geheim/);
    });
});

test('settings of libpq count, and empty ones do not', async () => {
    const tcp = new URL(postgres.tcpUrl);
    const own = settings({
        DATABASE_URL: '', PGHOST: '127.0.0.1', PGPORT: tcp.port, PGUSER: 'test', PGPASSWORD: 'test', PGDATABASE: 'postgres',
        PGSSLMODE: '', PGSERVICE: '', PGOPTIONS: '',
    });
    assert.equal((await ask(program, own, { method: 'POST', body: '{"a":1}' })).status, 200);
    assert.equal((await ask(program, { ...own, PGPASSWORD: 'tost' })).status, 503);
});

// The server's processes that serve a client.
function backends() {
    const children = fs.readFileSync(`/proc/${postgres.pid}/task/${postgres.pid}/children`, 'utf8').trim().split(' ');
    return children.filter((pid) => {
        try {
            return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(' test postgres ');
        } catch {
            return false;
        }
    }).map(Number);
}

// Pass connections on to the server, but the first that sends a commit breaks: before the server gets it,
// or once it has answered.
async function startBreakingProxy(t, { committed }) {
    const sockets = [];
    let broken = 0;
    const server = net.createServer((client) => {
        const { port } = new URL(postgres.tcpUrl);
        const behind = net.connect(Number(port), '127.0.0.1');
        let breaks = false;
        const end = () => { client.destroy(); behind.destroy(); };
        sockets.push(client.on('error', end).on('close', end), behind.on('error', end).on('close', end));
        client.on('data', (bytes) => {
            breaks = broken === 0 && /commit/i.test(bytes.toString('latin1'));
            broken += breaks;
            if (breaks && !committed)
                end();
            else
                behind.write(bytes);
        });
        behind.on('data', (bytes) => {
            if (breaks)
                end();
            else
                client.write(bytes);
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
        server.close();
        for (const socket of sockets)
            socket.destroy();
    });
    return { port: server.address().port, get broken() { return broken; } };
}

test('a commit whose answer got lost is done once, whatever became of it', async (t) => {
    for (const committed of [true, false]) {
        for (const backups of ['50', '0']) {
            await t.test(`${committed ? 'committed' : 'not committed'}, ${backups} backups`, async (t) => {
                const own = settings({ SCHEDULE_BACKUPS: backups });
                const post = (through, id) => ask(program, through, {
                    method: 'POST', address: '/data/tasks', body: JSON.stringify({ id }),
                });
                assert.equal((await post(own, 'first')).status, 201);
                const proxy = await startBreakingProxy(t, { committed });
                const url = new URL(postgres.tcpUrl);
                url.port = String(proxy.port);
                const answer = await post({ ...own, DATABASE_URL: url.href }, 'second');
                assert.equal(proxy.broken, 1);
                assert.equal(answer.status, 201, answer.text + answer.log);
                assert.match(answer.log, /存储服务重试/);
                const loaded = await ask(program, own);
                assert.deepEqual(loaded.json.tasks.map(({ id }) => id), ['first', 'second']);
                assert.equal(answer.headers.etag, loaded.headers.etag);
            });
        }
    }
});

test('a server that crashes again and again loses nothing that was acknowledged', async (t) => {
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '20000', SCHEDULE_LOCK_TIMEOUT_MS: '20000' });
    const acknowledged = new Set();
    const counts = { saved: 0, refused: 0, uncertain: 0 };
    let crashes = 0;
    let over = false;
    const crash = async () => {
        for (; !over; await sleep(1)) {
            const [backend] = backends();
            // Not each at its beginning.
            if (!backend || Math.random() < 0.5)
                continue;
            try {
                process.kill(backend, 'SIGKILL'); // the server ends all others, and recovers
                crashes += 1;
            } catch {
                // it was faster
            }
            await sleep(300);
            for (let up = false; !up; await sleep(50))
                up = spawnSync('psql', ['-X', '-c', 'select 1', postgres.url]).status === 0;
        }
    };
    const save = async (client) => {
        for (let i = 0; crashes < 6 && i < 500; i += 1) {
            const name = `item-${client}-${i}`;
            const answer = await ask(program, own, {
                method: 'POST', address: '/data/tasks', body: JSON.stringify({ id: name }),
            });
            if (answer.status === 201)
                acknowledged.add(name);
            counts[answer.status === 201 ? 'saved' : answer.json.error === 'OUTCOME_UNKNOWN' ? 'uncertain' : 'refused'] += 1;
        }
    };
    const crashing = crash();
    await Promise.all([0, 1, 2, 3].map(save));
    over = true;
    await crashing;
    const { json } = await ask(program, own);
    const ids = json.tasks.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, 'something was added twice');
    for (const name of acknowledged)
        assert.ok(ids.includes(name), `${name} was acknowledged, and is lost`);
    assert.ok(crashes >= 6 && counts.saved > 0, JSON.stringify({ crashes, ...counts }));
    t.diagnostic(JSON.stringify({ crashes, ...counts }));
});

testScripts(program, settings);

test('the server behind lighttpd answers while another one stands still', async (t) => {
    const own = await startPostgres(t);
    const { port } = await startLighttpd(t, {
        settings: settings({ DATABASE_URL: own.url, SCHEDULE_STORE_TIMEOUT_MS: '1500', SCHEDULE_LOCK_TIMEOUT_MS: '500' }),
    });
    assert.equal((await post(port, { a: 1 })).status, 200);
    own.kill('SIGSTOP');
    const answer = await post(port, { a: 2 });
    own.kill('SIGCONT');
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '5');
    assert.equal((await post(port, { a: 2 })).status, 200);
    assert.equal((await request(port, 'GET', '/api/data')).json.a, 2);
});

test('it starts, moves and answers SQL as the README has it', async (t) => {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const address = "'postgresql://schedule@/schedule?host=/run/postgresql'";
    const replaced = (text) => {
        assert.ok(text.includes(address), text);
        return text.replace(address, `'${own.url}'`);
    };
    const own = await startPostgres(t);
    const { port } = await startAsDescribed(t, 'postgres', replaced);
    const plan = { projects: [{ id: 'p', name: '支付系统' }], tasks: [{ id: 't', projectId: 'p', name: '联调', progress: 50, endDate: '2026-02-01' }] };
    assert.equal((await post(port, plan)).status, 200);
    assert.deepEqual((await request(port, 'GET', '/api/data/tasks')).json, plan.tasks);
    const [, query] = /```sql\n([\s\S]*?)```/.exec(readme);
    const asked = spawnSync('psql', ['-X', '-A', '-t', '-c', query, own.url], { encoding: 'utf8' });
    assert.equal(asked.stdout.trim(), '支付系统|联调|50', asked.stderr);

    const data = dataDirectory(t);
    const other = await startPostgres(t);
    await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data }, { method: 'POST', body: '{"a":1}' });
    const [, copy] = /^(scripts\/copy --from file:\S+ --to 'postgresql\S+)$/m.exec(readme);
    const done = spawnSync('bash', ['-c', copy.replace('/var/lib/schedule', data).replace(address, `'${other.url}'`)],
        { cwd: root, encoding: 'utf8', env: cleanEnvironment({}) });
    assert.match(done.stdout, /^Copied and compared revision \d{13} and 0 backups/, done.stderr);
});
