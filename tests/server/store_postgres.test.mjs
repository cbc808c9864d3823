// The whole system with its document in PostgreSQL.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { testStoreApi } from './api_rows.mjs';
import { ask, dataDirectory, startAsDescribed, startInstances, startSilence } from './instances.mjs';
import { Process, cleanEnvironment, freePort, post, request, root, startLighttpd, startTcpServer, temporaryDirectory } from './servers.mjs';
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

function psql(statement, url = postgres.url) {
    const done = spawnSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement, url],
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

// Who saved the current document and then each backup, as far as that is told.
async function namesOf(own, name = program) {
    const { json } = await ask(name, own, { address: '/backups' });
    return [json, ...json.backups].map(({ savedBy }) => savedBy);
}

test('who saved is noted, told and logged', async () => {
    const own = settings();
    const named = `where name = '${own.SCHEDULE_DOCUMENT_NAME}'`;
    const name = "o'neil \\ 张";
    const { log } = await ask(program, own, { method: 'POST', body: '{"a":1}', variables: { REMOTE_USER: name } });
    assert.ok(log.endsWith(` user ${name}\n`), log);
    assert.equal(psql(`select saved_by from schedule_document ${named}`), name);
    await ask(program, own, { method: 'POST', body: '{"a":2}', variables: { REMOTE_USER: 'a\nb' } });
    await ask(program, own, { method: 'POST', body: '{"a":3}' });
    assert.deepEqual(await namesOf(own), [undefined, 'a\\x0Ab', name]);
    // What a hand wrote is made safe as well, and nothing is no name.
    psql(`update schedule_backup set saved_by = case when saved_by like 'o%' then '' else E'c\\td' end ${named}`);
    assert.deepEqual(await namesOf(own), [undefined, 'c\\x09d', undefined]);
});

test('names move with the document, from a directory and back, also to what is there already', async (t) => {
    const own = settings();
    const [data, back] = [dataDirectory(t), dataDirectory(t)];
    const names = ['anna', '张 三', '', "'); drop table schedule_document; --"];
    const told = names.toReversed().map((name) => name || undefined);
    for (const [a, name] of names.entries()) {
        const answer = await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data },
            { method: 'POST', body: JSON.stringify({ a }), variables: { REMOTE_USER: name } });
        assert.equal(answer.status, 200, answer.text);
    }
    const copy = (from, to) => {
        const done = spawnSync(path.join(root, 'scripts/copy'), ['--from', from, '--to', to],
            { encoding: 'utf8', env: cleanEnvironment({ ...own, REMOTE_USER: 'who copies' }) });
        assert.equal(done.status, 0, done.stdout + done.stderr);
    };
    copy(`file://${data}`, 'postgres');
    assert.deepEqual(await namesOf(own), told);
    psql(`update schedule_backup set saved_by = null where name = '${own.SCHEDULE_DOCUMENT_NAME}'`);
    copy(`file://${data}`, 'postgres');
    assert.deepEqual(await namesOf(own), told);
    copy('postgres', `file://${back}`);
    assert.deepEqual(await namesOf({ SCHEDULE_DATA_DIR: back }, 'schedule.cgi'), told);
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

// The server's URL by way of another: `forward(client, connect)` has every connection, and connects to the server.
async function startForwarder(t, forward) {
    const url = new URL(postgres.tcpUrl);
    const { port } = url;
    url.port = String(await startTcpServer(t, (client, keep) =>
        forward(client, () => keep(net.connect(Number(port), '127.0.0.1')))));
    return url.href;
}

// Pass connections on to the server, but the first that sends a commit breaks: before the server gets it,
// or once it has answered. Who connects after that waits until `meanwhile` is over.
async function startBreakingProxy(t, { committed, meanwhile = () => {} }) {
    // A query of its own; the script that begins a transaction has the word in a longer one.
    const commit = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1');
    let broken = 0;
    let pause = Promise.resolve();
    const url = await startForwarder(t, async (client, connect) => {
        await pause;
        const behind = connect();
        let breaks = false;
        const end = () => { client.destroy(); behind.destroy(); };
        client.on('close', end);
        behind.on('close', end);
        const lose = () => {
            // The server is given the time to be through with it.
            pause = sleep(50).then(meanwhile);
            end();
        };
        client.on('data', (bytes) => {
            breaks = broken === 0 && bytes.equals(commit);
            broken += breaks;
            if (breaks && !committed)
                lose();
            else
                behind.write(bytes);
        });
        behind.on('data', (bytes) => {
            if (breaks)
                lose();
            else
                client.write(bytes);
        });
    });
    return { url, get broken() { return broken; } };
}

// A task without an id, so that the same one can be there twice.
const addTask = (own, name, size = 0) => ask(program, own, {
    method: 'POST', address: '/data/tasks', body: JSON.stringify({ name, note: 'x'.repeat(size) }),
});

// What others do before the connection is made anew, and whether what was committed can be told then.
const meanwhiles = {
    nothing: { does: () => {}, settings: {}, isTold: () => true },
    'nothing, and nothing is kept': { does: () => {}, settings: { SCHEDULE_BACKUPS: '0' }, isTold: () => true },
    'others save': {
        does: async (own) => {
            for (const name of ['a', 'b', 'c', 'd'])
                assert.equal((await addTask(own, name)).status, 201);
        },
        settings: {}, isTold: () => true,
    },
    'others save, and nothing is kept': {
        does: (own) => addTask(own, 'a'), settings: { SCHEDULE_BACKUPS: '0' }, isTold: () => false,
    },
    'others save, and little is kept': {
        does: async (own) => {
            for (const name of ['a', 'b', 'c', 'd'])
                assert.equal((await addTask(own, name)).status, 201);
        },
        settings: { SCHEDULE_BACKUP_BYTES: '100000' }, size: 40000, isTold: () => false,
    },
    'others save what is too long to keep': {
        does: async (own) => {
            assert.equal((await addTask(own, 'long', 150000)).status, 201);
            const { json } = await ask(program, own);
            const long = json.tasks.findIndex(({ name }) => name === 'long');
            const cut = await ask(program, own, {
                method: 'DELETE', address: `/data/tasks/${json.tasks[long].id}`,
            });
            assert.ok(cut.status < 300, cut.text);
        },
        settings: { SCHEDULE_BACKUP_BYTES: '100000' }, size: 40000, isTold: () => false,
    },
};

test('a commit whose answer got lost is done once, whatever became of it', async (t) => {
    for (const [what, { does, settings: more, size, isTold }] of Object.entries(meanwhiles)) {
        for (const committed of [true, false]) {
            await t.test(`${committed ? 'committed' : 'not committed'}, and meanwhile ${what}`, async (t) => {
                const own = settings({ ...more, SCHEDULE_STORE_TIMEOUT_MS: '20000' });
                assert.equal((await addTask(own, 'first', size)).status, 201);
                const proxy = await startBreakingProxy(t, { committed, meanwhile: () => does(own) });
                const answer = await addTask({ ...own, DATABASE_URL: proxy.url }, 'second');
                assert.equal(proxy.broken, 1);
                assert.match(answer.log, /存储服务重试/);
                const { json: { tasks } } = await ask(program, own);
                const times = tasks.filter(({ name }) => name === 'second').length;
                if (isTold()) {
                    assert.equal(answer.status, 201, answer.text + answer.log);
                    assert.equal(times, 1);
                } else {
                    assert.equal(answer.json.error, 'OUTCOME_UNKNOWN', answer.text + answer.log);
                    assert.equal(times, committed ? 1 : 0);
                }
            });
        }
    }
});

test('so is a revision that is kept for good, or removed', async (t) => {
    for (const committed of [true, false]) {
        const own = settings();
        const kept = (revision) => psql(`select string_agg(kind, ' ') from schedule_backup
            where name = '${own.SCHEDULE_DOCUMENT_NAME}' and revision = ${revision}`);
        const through = async (options) => {
            const proxy = await startBreakingProxy(t, { committed });
            const answer = await ask(program, { ...own, DATABASE_URL: proxy.url }, options);
            assert.equal(proxy.broken, 1);
            assert.ok(answer.status >= 200 && answer.status < 300, answer.text + answer.log);
            return answer;
        };
        await addTask(own, 'first');
        const { json: { revision } } = await through({ method: 'POST', address: '/backups' });
        assert.equal(kept(revision), 'pinned');
        await through({ method: 'DELETE', address: `/backups/${revision}` });
        assert.equal(kept(revision), '');
    }
});

test('a server that crashes again and again loses nothing that was acknowledged', async (t) => {
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '20000', SCHEDULE_LOCK_TIMEOUT_MS: '20000' });
    const names = { saved: [], refused: [], uncertain: [] };
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
            const answer = await addTask(own, name);
            names[answer.status === 201 ? 'saved' : answer.json.error === 'OUTCOME_UNKNOWN' ? 'uncertain' : 'refused'].push(name);
        }
    };
    const crashing = crash();
    await Promise.all([0, 1, 2, 3].map(save));
    over = true;
    await crashing;
    const { json } = await ask(program, own);
    const times = (wanted) => json.tasks.filter(({ name }) => name === wanted).length;
    for (const name of names.saved)
        assert.equal(times(name), 1, `${name} was acknowledged`);
    for (const name of names.refused)
        assert.equal(times(name), 0, `of ${name} it was said that nothing changed`);
    for (const name of names.uncertain)
        assert.ok(times(name) <= 1, `${name} was added twice`);
    const counts = { crashes, ...Object.fromEntries(Object.entries(names).map(([what, { length }]) => [what, length])) };
    assert.ok(crashes >= 6 && names.saved.length > 0, JSON.stringify(counts));
    t.diagnostic(JSON.stringify(counts));
});

// With settings that it reads only at its start.
function restart({ directory }, lines) {
    const binaries = fs.readdirSync('/usr/lib/postgresql').sort((a, b) => a - b).at(-1);
    const data = path.join(directory, 'data');
    fs.appendFileSync(path.join(data, 'postgresql.conf'), lines);
    const command = [path.join('/usr/lib/postgresql', binaries, 'bin/pg_ctl'), '-D', data, '-w', '-l', path.join(directory, 'log'), 'restart'];
    const as = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
    const [name, ...args] = [...as, ...command];
    const done = spawnSync(name, args, { encoding: 'utf8', cwd: '/', stdio: 'ignore' });
    assert.equal(done.status, 0);
}

test('what its standby may not have is not told to be saved', async (t) => {
    const own = await startPostgres(t);
    restart(own, 'wal_level = replica\nmax_wal_senders = 4\n');
    const plan = settings({ DATABASE_URL: own.url, SCHEDULE_STORE_TIMEOUT_MS: '3000' });
    assert.equal((await addTask(plan, 'first')).status, 201);
    psql("alter system set synchronous_standby_names = 'nobody'", own.url);
    psql('select pg_reload_conf()', own.url);
    const waiting = "from pg_stat_activity where wait_event = 'SyncRep'";
    for (const [what, pattern] of [['cancel', /warned: canceling wait for synchronous/], ['terminate', /no answer tells/]]) {
        await t.test(what, async () => {
            const answering = addTask(plan, what);
            while (psql(`select count(*) ${waiting}`, own.url) === '0')
                await sleep(20);
            psql(`select pg_${what}_backend(pid) ${waiting}`, own.url);
            const answer = await answering;
            assert.equal(answer.json.error, 'OUTCOME_UNKNOWN', answer.text + answer.log);
            assert.match(answer.log, pattern);
        });
    }
    psql('alter system reset synchronous_standby_names', own.url);
    psql('select pg_reload_conf()', own.url);
    assert.equal((await addTask(plan, 'last')).status, 201);
});

test('what a hand put there is not taken for nothing, nor lost', async (t) => {
    const owner = settings();
    await addTask(owner, 'first');
    const name = owner.SCHEDULE_DOCUMENT_NAME;
    const where = `where name = '${name}'`;
    await t.test('a row of another user', async () => {
        psql(`create role tenant login; grant usage on schema public to tenant;
            grant all on schedule_document, schedule_backup to tenant;
            alter table schedule_document enable row level security`);
        try {
            const url = postgres.url.replace('test@', 'tenant@');
            const answer = await ask(program, { ...owner, DATABASE_URL: url });
            assert.equal(answer.status, 503, answer.text);
            assert.match(answer.log, /row-level security/);
            assert.notEqual((await addTask({ ...owner, DATABASE_URL: url }, 'second')).status, 201);
        } finally {
            psql(`alter table schedule_document disable row level security; drop owned by tenant; drop role tenant`);
        }
        assert.equal((await ask(program, owner)).json.tasks.length, 1);
    });
    await t.test('a text that was changed under its revision, which is kept for good', async () => {
        assert.equal((await ask(program, owner, { method: 'POST', address: '/backups' })).status, 201);
        const changed = '{"tasks":[{"name":"by hand"}]}';
        psql(`update schedule_document set body = '${changed}' ${where}`);
        assert.equal((await addTask(owner, 'third')).status, 201);
        assert.equal(psql(`select count(*) from schedule_backup ${where} and body::text = '${changed}'`), '1');
    });
    await t.test('a text without a revision', async () => {
        const refused = spawnSync('psql', ['-X', '-c', `update schedule_document set revision = 0 ${where}`, postgres.url]);
        assert.notEqual(refused.status, 0);
        psql('alter table schedule_document drop constraint schedule_document_check');
        for (const revision of [0, -1]) {
            psql(`update schedule_document set revision = ${revision} ${where}`);
            for (const answer of [await ask(program, owner), await addTask(owner, 'fourth'), await ask(program, owner, { address: '/health' })])
                assert.match(answer.log, /no revision above 0/, answer.text);
        }
        assert.equal(psql(`select body is not null from schedule_document ${where}`), 't');
        psql(`delete from schedule_document ${where}`);
        psql(`alter table schedule_document add constraint schedule_document_check
            check (revision >= 0 and (revision > 0) = (body is not null))`);
    });
});

test('who is not answered leaves nobody behind at the server', async (t) => {
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '800' });
    await addTask(own, 'first');
    const locking = spawn('psql', ['-X', '-c', 'begin; lock table schedule_document; select pg_sleep(60)', postgres.url]);
    t.after(() => locking.kill());
    while (psql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") === '0')
        await sleep(20);
    assert.equal((await ask(program, own)).status, 503);
    assert.equal(psql("select count(*) from pg_stat_activity where application_name = 'schedule-cgi'"), '0');
    psql("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
    assert.equal((await ask(program, own)).status, 200);
});

test('who does not take the document he asked for does not keep others from saving', async (t) => {
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '2000' });
    const where = `where name = '${own.SCHEDULE_DOCUMENT_NAME}'`;
    await addTask(own, 'first');
    // More than what sockets hold.
    psql(`update schedule_document set bytes = null, body = ('{"a":"' || repeat('x', 12000000) || '"}')::json ${where}`);
    const stalling = await startForwarder(t, (client, connect) => {
        const behind = connect();
        let received = 0;
        client.on('data', (bytes) => behind.write(bytes));
        behind.on('data', (bytes) => {
            received += bytes.length;
            client.write(bytes);
            if (received > 20000)
                behind.pause();
        });
    });
    assert.equal((await addTask({ ...own, DATABASE_URL: stalling }, 'second')).status, 503);
    assert.equal(psql(`set lock_timeout = 2000; select 1 from schedule_document ${where} for update`), '1');
});

// One that gives a connection for a transaction at a time, and has fewer of them than clients.
async function startPooler(t) {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const port = await freePort();
    const server = new URL(postgres.tcpUrl);
    const file = path.join(directory, 'pgbouncer.ini');
    fs.writeFileSync(file, `[databases]
postgres = host=127.0.0.1 port=${server.port} user=test password=test
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`);
    const pooler = new Process('pgbouncer', [...process.getuid() === 0 ? ['-u', 'postgres'] : [], file], {});
    t.after(() => pooler.stop('SIGINT'));
    await pooler.until(() => /process up/.test(pooler.log), 'the start of pgbouncer');
    return `postgresql://test@127.0.0.1:${port}`;
}

testStoreApi('the API through pgbouncer', async (t, { settings: own } = {}) => startLighttpd(t,
    { settings: settings({ DATABASE_URL: `${await startPooler(t)}/postgres`, ...own }) }));

test('many at once come through pgbouncer', async (t) => {
    const url = await startPooler(t);
    const own = settings({ DATABASE_URL: `${url}/postgres` });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const answer of await Promise.all(names.map((name) => addTask(own, name))))
        assert.equal(answer.status, 201, answer.text + answer.log);
    const { json } = await ask(program, own);
    assert.deepEqual(json.tasks.map(({ name }) => name).sort(), names);
    await checkRefused(program, settings({ DATABASE_URL: `${url}/nowhere` }), /08P01.*pooler/, { retry: true });
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
