// The whole system with its document on a server of S3.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { testStoreApi } from './api_rows.mjs';
import { startFakeS3 } from './fake_s3.mjs';
import { ask, dataDirectory, startAsDescribed, startInstances, startSilence } from './instances.mjs';
import { cleanEnvironment, freePort, post, request, root, startLighttpd, startTcpServer } from './servers.mjs';
import { testStaleClients } from './stale_clients.mjs';
import { checkRefused, testScripts } from './store_rows.mjs';
import { startS3, startSwift } from './stores.mjs';

const program = 'schedule-s3.cgi';
const stops = [];
let s3;
let prefixes = 0;

before(async () => {
    s3 = await startS3({ after: (stop) => stops.push(stop) }, { tls: true });
    await s3.bucket('plans');
});
after(() => Promise.all(stops.map((stop) => stop())));

// A prefix of its own in the one bucket.
function settings(own = {}) {
    prefixes += 1;
    return {
        SCHEDULE_STORE: 's3', SCHEDULE_S3_URL: `${s3.endpoint}/plans/team-${prefixes}/`,
        AWS_ACCESS_KEY_ID: s3.key, AWS_SECRET_ACCESS_KEY: s3.secret, ...own,
    };
}

const documentName = 'plans/project-data.json';

function isDocumentPut({ method, url }) {
    return method === 'PUT' && /project-data\.json$/.test(url);
}

async function startFake(t, behaviour) {
    const fake = await startFakeS3(t, behaviour);
    return { fake, own: settings({ SCHEDULE_S3_URL: `${fake.endpoint}/plans/` }) };
}

function save(own, document, variables = {}) {
    return ask(program, own, { method: 'POST', body: JSON.stringify(document), variables });
}

function saveBy(name, own, document) {
    return save(own, document, { REMOTE_USER: name });
}

// Who saved the current document and then each backup, as far as that is told.
async function namesOf(own, name = program) {
    const { json } = await ask(name, own, { address: '/backups' });
    return [json, ...json.backups].map(({ savedBy }) => savedBy);
}

testStoreApi('the API on S3', (t, { settings: own } = {}) => startLighttpd(t, { settings: settings(own) }));

// Who makes his save conditional has to be faster than all others, so there are fewer of them here.
testStaleClients('of two instances on one S3', (t) => startInstances(t, settings()), 300,
    { pages: 3, careful: 1, patchers: 1, pause: 250 });

test('a server that cannot be used is told from others, in time', async (t) => {
    const port = await freePort();
    const silent = await startSilence(t);
    const short = { SCHEDULE_STORE_TIMEOUT_MS: '1000' };
    await t.test('connection refused', () => checkRefused(program,
        settings({ ...short, SCHEDULE_S3_URL: `http://127.0.0.1:${port}/plans/` }), new RegExp(`127\\.0\\.0\\.1:${port}`), { retry: true }));
    await t.test('no such name', () => checkRefused(program,
        settings({ ...short, SCHEDULE_S3_URL: 'http://nowhere.invalid/plans/' }), /nowhere\.invalid/, { retry: true }));
    await t.test('no answer', () => checkRefused(program,
        settings({ ...short, SCHEDULE_S3_URL: `http://127.0.0.1:${silent}/plans/` }), new RegExp(`127\\.0\\.0\\.1:${silent}`), { retry: true }));
    await t.test('wrong secret', () => checkRefused(program,
        settings({ AWS_SECRET_ACCESS_KEY: 'geheim' }), /SignatureDoesNotMatch/, { retry: false }));
    await t.test('unknown key', () => checkRefused(program,
        settings({ AWS_ACCESS_KEY_ID: 'nobody' }), /InvalidAccessKeyId/, { retry: false }));
    await t.test('no such bucket', () => checkRefused(program,
        settings({ SCHEDULE_S3_URL: `${s3.endpoint}/nothing/` }), /NoSuchBucket/, { retry: false }));
    await t.test('a certificate that nobody vouches for', () => checkRefused(program,
        settings({ ...short, SCHEDULE_S3_URL: `${s3.tlsEndpoint}/plans/`, AWS_CA_BUNDLE: '' }), /certificate/, { retry: false }));
    await t.test('a certificate of another name', () => checkRefused(program,
        settings({ ...short, SCHEDULE_S3_URL: `${s3.tlsEndpoint.replace('localhost', '127.0.0.1')}/plans/`, AWS_CA_BUNDLE: s3.ca }), /certificate|host name/, { retry: false }));
});

test('TLS, with a certificate of its own', async () => {
    const own = settings({ SCHEDULE_S3_URL: `${s3.tlsEndpoint}/plans/tls/`, AWS_CA_BUNDLE: s3.ca });
    assert.equal((await save(own, { a: 1 })).status, 200);
    assert.equal((await ask(program, own)).json.a, 1);
});

test('the bucket in the name of the host', async () => {
    const { port } = new URL(s3.endpoint);
    const own = settings({ SCHEDULE_S3_URL: `http://plans.localhost:${port}/by-host`, SCHEDULE_S3_BUCKET: 'plans' });
    assert.equal((await save(own, { a: 1 })).status, 200);
    assert.equal((await save(own, { a: 2 })).status, 200);
    assert.equal((await ask(program, own, { address: '/backups' })).json.backups.length, 1);
    const byPath = { ...own, SCHEDULE_S3_URL: `${s3.endpoint}/plans/by-host/`, SCHEDULE_S3_BUCKET: '' };
    assert.equal((await ask(program, byPath)).json.a, 2);
});

test('bad settings are named', async () => {
    for (const [bad, pattern] of [
        [{ SCHEDULE_S3_URL: '' }, /SCHEDULE_S3_URL is not set/],
        [{ AWS_SECRET_ACCESS_KEY: '' }, /AWS_SECRET_ACCESS_KEY must be set/],
        [{ AWS_REGION: 'x/y' }, /AWS_.*the region/],
        [{ SCHEDULE_STORE_TIMEOUT_MS: '5' }, /SCHEDULE_STORE_TIMEOUT_MS is '5'/],
        [{ SCHEDULE_STORE: 'postgres' }, /schedule-postgres\.cgi/],
    ]) {
        const answer = await ask(program, settings(bad));
        assert.equal(answer.status, 500, answer.text);
        assert.match(answer.json.details, pattern);
    }
    for (const url of ['ftp://x/y', 'http://user:geheim@127.0.0.1/plans', 'http://127.0.0.1/', 'http://127.0.0.1/plans?x=1', 'plans']) {
        const answer = await ask(program, settings({ SCHEDULE_S3_URL: url }));
        assert.ok([500, 503].includes(answer.status), answer.text);
        assert.match(answer.json.details, /SCHEDULE_S3_URL/);
        assert.doesNotMatch(answer.text + answer.log, /geheim/);
    }
    for (const proxy of ['ftp://user:geheim@x', 'socks4://user:geheim@x:1', 'http://user:geheim@nowhere.invalid:3128', 'http://user:geheim@127.0.0.1:x/']) {
        const answer = await ask(program, settings({ SCHEDULE_S3_PROXY: proxy, SCHEDULE_STORE_TIMEOUT_MS: '500' }));
        assert.ok([500, 503].includes(answer.status), answer.text);
        assert.match(answer.json.details, /proxy/i);
        assert.doesNotMatch(answer.text + answer.log, /geheim/);
    }
});

test('no proxy is asked but the one of the settings', async (t) => {
    const port = await freePort();
    const wrong = `http://127.0.0.1:${port}`;
    const own = settings();
    const variables = { HTTP_PROXY: wrong, http_proxy: wrong, HTTPS_PROXY: wrong, https_proxy: wrong, ALL_PROXY: wrong, all_proxy: wrong, NO_PROXY: '', no_proxy: '' };
    assert.equal((await ask(program, own, { method: 'POST', body: '{"a":1}', variables })).status, 200);
    for (const exempt of ['', '*', '127.0.0.1']) {
        const proxied = await ask(program, { ...own, SCHEDULE_S3_PROXY: wrong, SCHEDULE_STORE_TIMEOUT_MS: '500' },
            { variables: { no_proxy: exempt, NO_PROXY: exempt } });
        assert.equal(proxied.status, 503, proxied.text);
    }
    const fake = await startFakeS3(t, {});
    const through = await ask(program, settings({
        SCHEDULE_S3_URL: 'http://store.invalid/plans/', SCHEDULE_S3_PROXY: `http://127.0.0.1:${fake.port}`,
    }));
    assert.notEqual(fake.requests.length, 0, through.text);
});

test('warm requests are few', async () => {
    const own = settings();
    const counted = async (work) => {
        const before = (await s3.requests()).length;
        await work();
        return (await s3.requests()).slice(before).map((line) => line.split(' ')[0]);
    };
    await save(own, { a: 0 });
    const { headers: { etag } } = await save(own, { a: 1 });
    assert.deepEqual(await counted(() => ask(program, own)), ['GET']);
    assert.deepEqual(await counted(() => ask(program, own, { variables: { HTTP_IF_NONE_MATCH: etag } })), ['HEAD']);
    const requests = await counted(() => save(own, { a: 2 }));
    // This server takes no quoted tag in a condition, so the last write is tried twice.
    assert.ok(requests.length <= 5, requests.join(' '));
});

test('a server that stands still is not waited for, and what it does later is no surprise', async (t) => {
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '2000' });
    await save(own, { a: 1 });
    await save(own, { a: 2 });
    const { port } = await startLighttpd(t, { settings: own });
    await s3.freeze();
    const answer = await post(port, { a: 3 });
    await s3.thaw();
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.headers['retry-after'], '5');
    assert.equal((await post(port, { a: 3 })).status, 200);
    assert.equal((await request(port, 'GET', '/api/data')).json.a, 3);
    await sleep(500);
    assert.equal((await request(port, 'GET', '/api/data')).json.a, 3);
});

// The fault that a gateway has whose disks stand still: it has taken the write, and does it later.
test('a server that stands still in the middle of a save loses nothing, and saves nothing twice', async (t) => {
    let armed = false;
    const proxy = http.createServer((incoming, outgoing) => {
        const { hostname, port, pathname, search } = new URL(incoming.url);
        const pass = () => {
            const passed = http.request({ hostname, port, path: pathname + search, method: incoming.method, headers: incoming.headers },
                (answer) => answer.pipe(outgoing.writeHead(answer.statusCode, answer.headers)));
            incoming.pipe(passed.on('error', () => outgoing.destroy()));
        };
        const stands = armed && isDocumentPut({ method: incoming.method, url: pathname });
        armed &&= !stands;
        if (stands)
            s3.freeze().then(pass);
        else
            pass();
    }).listen(0, '127.0.0.1');
    t.after(() => proxy.close());
    await once(proxy, 'listening');
    const own = settings({ SCHEDULE_STORE_TIMEOUT_MS: '3000' });
    await save(own, { historyRecords: [] });
    await save(own, { historyRecords: [{ id: 'h0' }] });
    armed = true;
    const answer = await save({ ...own, SCHEDULE_S3_PROXY: `http://127.0.0.1:${proxy.address().port}` }, { historyRecords: [{ id: 'h0' }, { id: 'h1' }] });
    await s3.thaw();
    assert.equal(armed, false);
    assert.equal(answer.json.error, 'OUTCOME_UNKNOWN', answer.text);
    assert.equal(answer.headers['retry-after'], '5');
    assert.ok(answer.milliseconds < 4500, String(answer.milliseconds));
    const ids = async () => (await ask(program, own)).json.historyRecords.map(({ id }) => id);
    for (const end = Date.now() + 5000; (await ids()).length < 2 && Date.now() < end;)
        await sleep(50);
    assert.deepEqual(await ids(), ['h0', 'h1']);
    const again = await save(own, { historyRecords: [{ id: 'h0' }, { id: 'h1' }] });
    assert.equal(again.status, 200, again.text);
    assert.deepEqual(await ids(), ['h0', 'h1']);
    const { json: { backups } } = await ask(program, own, { address: '/backups' });
    assert.equal(backups.length, 2);
});

test('a server without conditional writes is refused, for it would lose saves', async (t) => {
    await t.test('Swift says that it has none', async (t) => {
        const swift = await startSwift(t);
        const own = {
            SCHEDULE_S3_URL: `${swift.endpoint}/plans/`, AWS_ACCESS_KEY_ID: swift.key, AWS_SECRET_ACCESS_KEY: swift.secret,
        };
        const bucket = swift.endpoint.replace('//', `//${encodeURIComponent(swift.key)}:${swift.secret}@`) + '/plans';
        const made = spawnSync('curl', ['-sS', '-f', '--noproxy', '*', '--aws-sigv4', 'aws:amz:us-east-1:s3', '-X', 'PUT',
            '-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD', bucket], { encoding: 'utf8' });
        const answer = await save(own, { a: 1 });
        assert.equal(answer.status, 503, answer.text + made.stderr);
        assert.match(answer.json.details, /condition/);
        assert.match(answer.json.details, /lose/);
    });
    await t.test('another one takes no notice of them', async (t) => {
        const fake = await startFakeS3(t, { ignoresConditions: true });
        const answer = await save(settings({ SCHEDULE_S3_URL: `http://127.0.0.1:${fake.port}/plans/` }), { a: 1 });
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.json.details, /condition/);
        assert.match(answer.json.details, /lose/);
        assert.equal([...fake.objects.keys()].filter((key) => key.endsWith('project-data.json')).length, 0);
    });
    await t.test('or of one of them', async (t) => {
        const { fake, own } = await startFake(t, { ignoresIfMatch: true });
        const answer = await save(own, { a: 1 });
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.json.details, /If-Match/);
        assert.equal(fake.objects.size, 0);
    });
});

// Answers that no real server here gives.
test('a server that compares conditions as Amazon does', async (t) => {
    const behaviour = { document: 'project-data.json' };
    const fake = await startFakeS3(t, behaviour);
    const own = settings({ SCHEDULE_S3_URL: `http://127.0.0.1:${fake.port}/plans/` });
    const current = async () => (await ask(program, own)).json.a;
    const writes = () => fake.requests.filter(({ method, url }) => method === 'PUT' && /project-data\.json$/.test(url)).length;
    let value = 0;
    const saves = async () => {
        value += 1;
        const answer = await save(own, { a: value });
        assert.equal(answer.status, 200, answer.text + answer.log);
        assert.equal(await current(), value);
        return answer;
    };
    await saves();

    await t.test('a quoted tag is compared at once', async () => {
        const before = writes();
        await saves();
        assert.equal(writes() - before, 1);
    });
    await t.test('409 is a reason to look again', async () => {
        behaviour.conflict = 2;
        await saves();
    });
    await t.test('an answer that got lost was a save', async () => {
        for (const failure of [{ status: 500, applied: true }, { status: 503, applied: true }, { drop: true, applied: true }]) {
            behaviour.failPuts = [failure];
            const backups = async () => (await ask(program, own, { address: '/backups' })).json.backups.length;
            const before = await backups();
            const answer = await saves();
            assert.equal(answer.headers.etag, (await ask(program, own)).headers.etag);
            assert.equal(await backups(), before + 1);
        }
    });
    await t.test('or it was none', async () => {
        for (const failure of [{ status: 500, applied: false }, { status: 503, applied: false }, { drop: true, applied: false }]) {
            behaviour.failPuts = [failure];
            await saves();
        }
    });
    await t.test('a document that a hand removed meanwhile', async () => {
        behaviour.goneAnswer = 404;
        behaviour.onRequest = ({ method, url }) => {
            if (method === 'PUT' && /project-data\.json$/.test(url)) {
                for (const key of fake.objects.keys()) {
                    if (key.endsWith('project-data.json'))
                        fake.objects.delete(key);
                }
                delete behaviour.onRequest;
            }
        };
        await saves();
    });
    await t.test('lists of many pages', async () => {
        behaviour.pageSize = 2;
        const { json } = await ask(program, own, { address: '/backups' });
        assert.ok(json.backups.length > 6);
        const revisions = json.backups.map(({ revision }) => revision);
        assert.deepEqual(revisions, revisions.toSorted ? revisions.toSorted((a, b) => b - a) : [...revisions].sort((a, b) => b - a));
        await saves();
    });
    await t.test('a token is sent with each request', async () => {
        await save({ ...own, AWS_SESSION_TOKEN: 'token/of+session=' }, { a: value += 1 });
        assert.equal(fake.requests.at(-1).headers['x-amz-security-token'], 'token/of+session=');
    });
    await t.test('a redirection is not followed, and said', async () => {
        behaviour.onRequest = () => ({ status: 307, headers: { Location: `http://127.0.0.1:${fake.port}/elsewhere/` }, body: '' });
        const answer = await ask(program, own);
        assert.equal(answer.status, 503);
        assert.match(answer.json.details, /redirect|elsewhere|endpoint/);
        delete behaviour.onRequest;
    });
    await t.test('what nobody can decide in time is said to be unknown', async () => {
        behaviour.onRequest = ({ method, url }) => {
            if (method !== 'PUT' || !/project-data\.json$/.test(url))
                return undefined;
            behaviour.hang = true;
            return { drop: true };
        };
        const answer = await save({ ...own, SCHEDULE_STORE_TIMEOUT_MS: '1500' }, { a: 'perhaps' });
        assert.equal(answer.status, 503, answer.text);
        assert.equal(answer.json.error, 'OUTCOME_UNKNOWN');
        assert.equal(answer.headers['retry-after'], '5');
        assert.ok(answer.milliseconds < 3000);
        delete behaviour.hang;
        delete behaviour.onRequest;
        assert.equal(await current(), value);
    });
});

test('a text that comes back is not the document that was there before', async (t) => {
    await t.test('to a save that read that one', async (t) => {
        const { fake, own } = await startFake(t, {});
        await save(own, { a: 'A' });
        let others;
        fake.behaviour.onRequest = async (write) => {
            if (!isDocumentPut(write))
                return;
            delete fake.behaviour.onRequest;
            others = [await save(own, { a: 'B' }), await save(own, { a: 'A' })];
        };
        const before = fake.requests.length;
        const answer = await save(own, { a: 'X' });
        assert.deepEqual([answer, ...others].map(({ status }) => status), [200, 200, 200]);
        assert.deepEqual(fake.requests.slice(before).filter(isDocumentPut).map(({ status }) => status).sort(), [200, 200, 200, 412]);
        const revision = JSON.parse(others[1].headers.etag);
        const kept = await ask(program, own, { address: `/backups/${revision}` });
        assert.equal(kept.json.a, 'A', kept.text);
        assert.ok(answer.headers.etag > others[1].headers.etag);
    });
    await t.test('to a write that arrives late', async (t) => {
        const { fake, own } = await startFake(t, {});
        await save(own, { a: 'A' });
        let late;
        fake.behaviour.onRequest = (write) => {
            if (!isDocumentPut(write))
                return undefined;
            delete fake.behaviour.onRequest;
            late = write;
            return { drop: true };
        };
        assert.equal((await save(own, { a: 'X' })).status, 200);
        assert.equal((await save(own, { a: 'A' })).status, 200);
        assert.equal(fake.put(late).status, 412);
        assert.equal((await ask(program, own)).json.a, 'A');
    });
    await t.test('though the same text is stored once, and told as it is', async (t) => {
        const { fake, own } = await startFake(t, {});
        const first = await save(own, { a: 'A' });
        assert.equal((await save(own, { a: 'A' })).headers.etag, first.headers.etag);
        assert.match(String(fake.objects.get(documentName).body), /\}\n[ \t]{64}$/);
        assert.match((await ask(program, own)).text, /\}$/);
        await save(own, { a: 'B' });
        const backup = [...fake.objects.keys()].find((name) => /\/backup-/.test(name));
        assert.match(String(fake.objects.get(backup).body), /\}$/);
    });
});

test('a refusal that may be that of a repetition is looked into, or the outcome is unknown', async (t) => {
    const { fake, own } = await startFake(t, {});
    await save(own, { a: 1 });
    for (const [status, code] of [[412, 'PreconditionFailed'], [409, 'ConditionalRequestConflict'], [429, ''], [408, 'RequestTimeout'], [503, 'SlowDown'], [520, '']]) {
        const body = `<Error><Code>${code}</Code></Error>`;
        const answered = (hang) => (write) => {
            if (!isDocumentPut(write))
                return undefined;
            delete fake.behaviour.onRequest;
            fake.behaviour.hang = hang;
            fake.put(write);
            return { status, body };
        };
        fake.behaviour.onRequest = answered(false);
        const found = await save(own, { a: `found after ${status}` });
        assert.equal(found.status, 200, found.text);
        fake.behaviour.onRequest = answered(true);
        const answer = await save({ ...own, SCHEDULE_STORE_TIMEOUT_MS: '700' }, { a: `not found after ${status}` });
        fake.behaviour.hang = false;
        assert.equal(answer.json.error, 'OUTCOME_UNKNOWN', `${status}: ${answer.text}`);
        assert.equal((await ask(program, own)).json.a, `not found after ${status}`);
    }
});

test('a write without an answer leaves time to look', async (t) => {
    const { fake, own } = await startFake(t, {});
    await save(own, { a: 1 });
    fake.behaviour.onRequest = async (write) => {
        if (!isDocumentPut(write))
            return undefined;
        fake.put(write);
        await sleep(3000, undefined, { ref: false });
        return { drop: true };
    };
    const answer = await save({ ...own, SCHEDULE_STORE_TIMEOUT_MS: '2000' }, { a: 2 });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.milliseconds < 2000);
});

test('an answer that cannot be taken was a save all the same', async (t) => {
    const { fake, own } = await startFake(t, {});
    await save(own, { a: 1 });
    for (const odd of [{ body: '<Done/>' }, { headers: { ETag: '"x"', 'X-Long': 'x'.repeat(70_000) } }]) {
        fake.behaviour.onRequest = (write) => {
            if (!isDocumentPut(write))
                return undefined;
            delete fake.behaviour.onRequest;
            return { ...fake.put(write), ...odd };
        };
        const before = fake.requests.length;
        const answer = await save(own, { a: Object.keys(odd)[0] });
        assert.equal(answer.status, 200, answer.text);
        assert.equal(fake.requests.slice(before).filter(isDocumentPut).length, 1);
    }
});

test('a server that takes one write a second of an object', async (t) => {
    const { fake, own } = await startFake(t, {});
    const last = new Map();
    fake.behaviour.onRequest = (write) => {
        if (write.method !== 'PUT')
            return undefined;
        if (performance.now() - (last.get(write.name) ?? -1000) < 1000)
            return { status: 429, body: '<Error><Code>TooManyRequests</Code></Error>' };
        const answer = fake.put(write);
        if (answer.status === 200)
            last.set(write.name, performance.now());
        return answer;
    };
    const answer = await save(own, { a: 1 });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([...fake.objects.keys()], [documentName]);
    assert.equal(new Set(fake.requests.filter(({ name }) => /probe-/.test(name)).map(({ name }) => name)).size, 1);
});

test('a trial leaves nothing, even if its answer is lost', async (t) => {
    for (const answer of [{ drop: true }, { status: 500 }]) {
        const { fake, own } = await startFake(t, {});
        fake.behaviour.onRequest = (write) => {
            if (write.method !== 'PUT')
                return undefined;
            delete fake.behaviour.onRequest;
            fake.put(write);
            return answer;
        };
        assert.equal((await save(own, { a: 1 })).status, 200);
        assert.deepEqual([...fake.objects.keys()], [documentName]);
    }
});

test('what is read is asked for a few times, and the log tells of it twice', async (t) => {
    const { fake, own } = await startFake(t, {});
    fake.behaviour.onRequest = () => ({ status: 503, body: '' });
    const answer = await ask(program, own);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '5');
    assert.equal(fake.requests.length, 6);
    assert.equal([...answer.log.matchAll(/answered 503/g)].length, 3, answer.log); // with the answer's own
});

test('where nothing moves another try is made', async (t) => {
    const { fake, own } = await startFake(t, {});
    await save(own, { a: 1 });
    fake.behaviour.onRequest = async () => {
        delete fake.behaviour.onRequest;
        await sleep(5000, undefined, { ref: false });
        return { drop: true };
    };
    const answer = await ask(program, { ...own, SCHEDULE_STORE_TIMEOUT_MS: '4000' });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.milliseconds < 3800, String(answer.milliseconds));
});

test('a transfer that goes on may take all of the time', async (t) => {
    const { fake, own } = await startFake(t, {});
    await save(own, { a: 'x'.repeat(2_000_000) });
    const port = await startTcpServer(t, (client, keep) => {
        const server = keep(net.connect(fake.port, '127.0.0.1')).on('error', () => client.destroy());
        client.on('error', () => server.destroy()).pipe(server);
        (async () => {
            for await (const bytes of server) {
                client.write(bytes);
                await sleep(bytes.length / 1000);
            }
            client.end();
        })().catch(() => client.destroy());
    });
    const before = fake.requests.length;
    const answer = await ask(program, {
        ...own, SCHEDULE_S3_URL: own.SCHEDULE_S3_URL.replace(String(fake.port), String(port)), SCHEDULE_STORE_TIMEOUT_MS: '3500',
    });
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    assert.ok(answer.milliseconds > 1750);
    assert.equal(fake.requests.length - before, 1);
});

test('what expires is removed, but nothing that this very save has kept', async (t) => {
    const day = 86_400_000;
    const now = Date.now() - Date.now() % 2;
    const old = `plans/backups/backup-${now - 40 * day}.json`;
    const { fake, own } = await startFake(t, {});
    own.SCHEDULE_BACKUPS = '1';
    const storeOld = () => {
        // What is before it was replaced long ago.
        fake.store(`plans/backups/backup-${now - 35 * day}.json`, '{}');
        fake.store(old, '{}');
    };
    const has = (name) => fake.objects.has(`plans/backups/${name}.json`);
    await t.test('what is old', async () => {
        await save(own, { a: 1 });
        storeOld();
        await save(own, { a: 2 });
        const removal = fake.requests.find(({ method }) => method === 'POST');
        assert.ok(removal?.headers['content-md5']);
        assert.equal(removal.status, 200);
        assert.ok(!fake.objects.has(old));
    });
    await t.test('a document that a hand brought back with its revision', async () => {
        const { body, meta } = fake.objects.get(documentName);
        fake.store(documentName, body, { ...meta, 'x-amz-meta-revision': String(now - 50 * day) });
        storeOld();
        await save(own, { a: 3 });
        assert.ok(has(`backup-${now - 50 * day}`));
        assert.ok(!fake.objects.has(old));
    });
    await t.test('what was submitted before, and is again', async () => {
        const tasks = (...ids) => ({ projects: [{ id: 'p1', name: 'P' }], tasks: ['t1', ...ids].map((id) => ({ id, projectId: 'p1', name: id })) });
        const base = (await save(own, tasks())).headers.etag.slice(1, -1);
        await save(own, tasks('t2'));
        const merged = (bounds) => ask(program, { ...own, ...bounds }, { method: 'POST', query: `base=${base}`, body: JSON.stringify(tasks('t3')) });
        assert.equal((await merged({})).status, 200);
        const submitted = [...fake.objects.keys()].find((name) => /\/submitted-/.test(name));
        const { body } = fake.objects.get(submitted);
        fake.objects.delete(submitted);
        await save(own, tasks('t4'));
        fake.store(`plans/backups/submitted-${now - 40 * day + 1}.json`, body);
        storeOld();
        assert.equal((await merged({ SCHEDULE_BACKUP_BYTES: '1' })).status, 200);
        assert.ok(has(`submitted-${now - 40 * day + 1}`));
        assert.ok(!fake.objects.has(old));
    });
    await t.test('and the log tells what cannot be removed', async () => {
        storeOld();
        fake.behaviour.onRequest = ({ method }) => (method === 'POST' ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : undefined);
        const answer = await save(own, { a: 5 });
        assert.equal(answer.status, 200);
        assert.match(answer.log, /old backups stay.*AccessDenied/);
    });
});

test('documents of a hand', async (t) => {
    const { fake, own } = await startFake(t, {});
    await t.test('that come within a second have revisions of their own', async () => {
        const revisions = new Set();
        const modified = new Date();
        for (const a of [1, 2, 3]) {
            Object.assign(fake.store(documentName, JSON.stringify({ a })), { modified });
            const { headers, json } = await ask(program, own);
            assert.equal(json.a, a);
            assert.equal((await ask(program, own, { variables: { HTTP_IF_NONE_MATCH: headers.etag } })).status, 304);
            revisions.add(headers.etag);
        }
        assert.equal(revisions.size, 3);
    });
    await t.test('with the name of a backup are kept, and so is what would be called so', async () => {
        const backup = (number) => `plans/backups/backup-${number}.json`;
        const revision = (await save(own, { a: 'mine' })).headers.etag.slice(1, -1);
        fake.store(backup(revision), '{"a":"a hand\'s"}');
        // The document before may have the number before this one.
        let free = Number(revision) - 2;
        while (fake.objects.has(backup(free)))
            free -= 2;
        assert.equal((await save(own, { a: 'next' })).status, 200);
        assert.equal(JSON.parse(fake.objects.get(backup(revision)).body).a, "a hand's");
        assert.equal(JSON.parse(fake.objects.get(backup(free)).body).a, 'mine');
    });
    await t.test('that come during a save make no second list', async () => {
        let others = 0;
        fake.behaviour.onRequest = (write) => {
            if (isDocumentPut(write) && others++ < 3)
                fake.store(documentName, JSON.stringify({ a: `other ${others}` }));
        };
        const before = fake.requests.length;
        assert.equal((await save(own, { a: 'last' })).status, 200);
        assert.equal(fake.requests.slice(before).filter(({ query }) => query.has('list-type')).length, 1);
        const texts = [...fake.objects].filter(([name]) => /\/backup-/.test(name)).map(([, { body }]) => JSON.parse(body).a);
        for (const one of [1, 2, 3])
            assert.ok(texts.includes(`other ${one}`), texts.join());
    });
});

test('who saved is told, whatever the name', async () => {
    const own = settings();
    const names = ['anna', '', '张 三', 'Anna Müller', '100% "x"/\'y\'\\<&>', '..', '_', '张'.repeat(85)];
    for (const [a, name] of names.entries())
        assert.equal((await saveBy(name, own, { a })).status, 200);
    assert.deepEqual(await namesOf(own), names.toReversed().map((name) => name || undefined));
});

test('a name costs one request, where it is known who saved what is replaced', async (t) => {
    const { fake, own } = await startFake(t, {});
    let a = 0;
    const counted = async (work) => {
        const before = fake.requests.length;
        await work();
        return fake.requests.slice(before).map(({ method, key }) => `${method} ${key.replace(/\d{13}/, 'R')}`);
    };
    const saved = (name = '') => counted(() => saveBy(name, own, { a: a++ }));
    const plain = ['GET project-data.json', 'GET ', 'PUT backups/backup-R.json', 'PUT project-data.json'];
    const marked = plain.toSpliced(3, 0, 'PUT backups/author-R-anna');
    await saved();
    assert.deepEqual(await saved(), plain);
    assert.deepEqual(await saved('anna'), plain);
    assert.deepEqual(await saved('anna'), marked);
    assert.deepEqual(await saved(), marked);
    assert.deepEqual(await saved(), plain);
    assert.deepEqual(await counted(() => namesOf(own)), ['HEAD project-data.json', 'GET ']);
    assert.deepEqual(await namesOf(own), [undefined, undefined, 'anna', 'anna', undefined, undefined]);
});

test('names stay with what they were saved with', async (t) => {
    const { fake, own } = await startFake(t, {});
    const markers = () => [...fake.objects.keys()].filter((name) => /\/author-/.test(name))
        .map((name) => path.basename(name));
    const meta = (revision) => ({ 'x-amz-meta-revision': String(revision) });
    await t.test('in a merge', async () => {
        const tasks = (...ids) => (
            { projects: [{ id: 'p1', name: 'P' }], tasks: ids.map((id) => ({ id, projectId: 'p1', name: id })) });
        const base = (await save(own, tasks('t1'))).headers.etag.slice(1, -1);
        await saveBy('anna', own, tasks('t1', 't2'));
        const body = JSON.stringify(tasks('t1', 't3'));
        const variables = { REMOTE_USER: 'bo' };
        const merged = await ask(program, own, { method: 'POST', query: `base=${base}`, body, variables });
        assert.equal(merged.status, 200, merged.text);
        const { json: { savedBy, backups } } = await ask(program, own, { address: '/backups' });
        assert.equal(savedBy, 'bo');
        assert.deepEqual(backups.map(({ kind, savedBy: name }) => `${kind} ${name}`),
            ['submitted bo', 'replaced anna', 'replaced undefined']);
    });
    await t.test('when it is pinned, replaced and removed by others', async () => {
        const { headers: { etag } } = await saveBy('cy', own, { pinned: true });
        const revision = etag.slice(1, -1);
        const variables = { REMOTE_USER: 'bo' };
        const pinned = await ask(program, own, { method: 'POST', address: '/backups', body: '', variables });
        assert.equal(pinned.status, 201, pinned.text);
        assert.ok(markers().includes(`author-${revision}-cy`));
        const before = fake.requests.length;
        await saveBy('bo', own, { pinned: false });
        assert.equal(fake.requests.slice(before).filter(({ method }) => method === 'PUT').length, 1);
        assert.deepEqual((await namesOf(own)).slice(0, 2), ['bo', 'cy']);
        const others = markers().filter((name) => !name.includes(revision));
        fake.store(`plans/backups/author-${revision}-dan`, 'by a hand');
        const removed = await ask(program, own, { method: 'DELETE', address: `/backups/${revision}`, variables });
        assert.equal(removed.status, 200, removed.text);
        assert.deepEqual(markers(), others);
        assert.notEqual(others.length, 0);
    });
    await t.test('in the save that was first, if two come at once', async () => {
        let other;
        fake.behaviour.onRequest = async (write) => {
            if (!isDocumentPut(write))
                return;
            delete fake.behaviour.onRequest;
            other = await saveBy('bo', own, { first: true });
        };
        assert.equal((await saveBy('anna', own, { second: true })).status, 200);
        assert.equal(other.status, 200);
        assert.deepEqual((await namesOf(own)).slice(0, 3), ['anna', 'bo', 'bo']);
        assert.equal(markers().length, new Set(markers()).size);
    });
    await t.test('though somebody else may keep it first', async () => {
        fake.behaviour.onRequest = (write) => {
            if (write.method === 'PUT' && /\/author-/.test(write.key))
                fake.put(write);
        };
        const before = fake.requests.length;
        const answer = await saveBy('cy', own, { third: true });
        delete fake.behaviour.onRequest;
        assert.deepEqual([answer.status, answer.log.includes('[WARN]')], [200, false], answer.log);
        const marking = fake.requests.slice(before).filter(({ key }) => /\/author-/.test(key));
        assert.deepEqual(marking.map(({ status }) => status), [412]);
        assert.equal((await namesOf(own))[1], 'anna');
    });
    await t.test('however its answer gets lost', async () => {
        fake.behaviour.document = 'project-data.json';
        const failures = [{ status: 500 }, { drop: true }];
        for (const [i, failure] of [...failures, ...failures].entries()) {
            fake.behaviour.failPuts = [{ ...failure, applied: i < failures.length }];
            assert.equal((await saveBy(`anna ${i}`, own, { lost: i })).status, 200);
            assert.equal((await namesOf(own))[0], `anna ${i}`);
        }
    });
    await t.test('also if a save got no further than to keep it', async () => {
        const { headers: { etag } } = await saveBy('dan', own, { kept: true });
        fake.store(`plans/backups/backup-${etag.slice(1, -1)}.json`, '{\n  "kept": true\n}');
        await save(own, { kept: false });
        assert.ok(markers().includes(`author-${etag.slice(1, -1)}-dan`));
    });
    await t.test('also if what was noted before goes while it is kept', async () => {
        const { headers: { etag } } = await saveBy('dan', own, { kept: 2 });
        const marker = `author-${etag.slice(1, -1)}-dan`;
        fake.store(`plans/backups/${marker}`, '');
        fake.behaviour.onRequest = ({ method, key }) => {
            if (method === 'PUT' && /\/backup-/.test(key))
                fake.objects.delete(`plans/backups/${marker}`);
        };
        await save(own, { kept: 3 });
        delete fake.behaviour.onRequest;
        assert.ok(markers().includes(marker));
    });
    await t.test('and what a hand says of nobody is no name', async () => {
        const now = Date.now() - Date.now() % 2 - 100_000;
        for (const field of ['', '%', '%0A', 'a%1Bb', 'a\u00e9', 'x'.repeat(256), '%FF']) {
            fake.store(documentName, '{"a":1}', { ...meta(now), 'x-amz-meta-saved-by': field });
            assert.equal((await namesOf(own))[0], undefined, field);
        }
        fake.store(documentName, '{"a":1}', { ...meta(now), 'x-amz-meta-saved-by': 'by%20hand' });
        assert.equal((await namesOf(own))[0], 'by hand');
    });
});

test('what tells who saved goes with the last backup that it tells of', async (t) => {
    const day = 86_400_000;
    const now = Date.now() - Date.now() % 2;
    const { fake, own } = await startFake(t, {});
    const store = (name) => fake.store(`plans/backups/${name}`, /json$/.test(name) ? '{}' : '');
    const has = (name) => fake.objects.has(`plans/backups/${name}`);
    const old = now - 40 * day;
    const gone = [`backup-${old}.json`, `author-${old}-anna`, `author-${old}-_e5bca0`,
        `author-${now - 60 * day}-nobody`];
    // Of a document that is pinned as well; of one that stays; and what only looks like a marker.
    const staying = [`pinned-${old + 2}.json`, `author-${old + 2}-bo`, `backup-${now - 35 * day}.json`,
        `author-${now - 35 * day}-cy`, `author-${old}-a%20b`, `author-${old}`, 'author-x-anna'];
    await saveBy('anna', own, { a: 1 });
    for (const name of [...gone, `backup-${old + 2}.json`, ...staying])
        store(name);
    own.SCHEDULE_BACKUPS = '1';
    const before = fake.requests.length;
    assert.equal((await saveBy('bo', own, { a: 2 })).status, 200);
    const removals = fake.requests.slice(before).filter(({ method }) => method === 'POST' || method === 'DELETE');
    assert.equal(removals.length, 1);
    assert.deepEqual([...gone, `backup-${old + 2}.json`].filter(has), []);
    assert.deepEqual(staying.filter((name) => !has(name)), []);
    // One that is but a base by now is not told.
    assert.deepEqual(await namesOf(own), ['bo', 'anna', 'bo']);
});

test('a name that cannot be noted keeps nobody from saving', async (t) => {
    const { fake, own } = await startFake(t, {});
    await saveBy('anna', own, { a: 1 });
    const denied = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    fake.behaviour.onRequest = ({ method, key }) => (method === 'PUT' && /\/author-/.test(key) ? denied : undefined);
    const answer = await saveBy('bo', own, { a: 2 });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.log, /未能记录保存者: .*AccessDenied/);
    assert.deepEqual(await namesOf(own), ['bo', undefined]);
});

test('names move with the document, from a directory and back', async (t) => {
    const own = settings();
    const [data, back] = [dataDirectory(t), dataDirectory(t)];
    const names = ['anna', '张 三', '', 'Anna Müller', '100%/"\''];
    const told = names.toReversed().map((name) => name || undefined);
    for (const [a, name] of names.entries()) {
        const answer = await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data },
            { method: 'POST', body: JSON.stringify({ a }), variables: { REMOTE_USER: name } });
        assert.equal(answer.status, 200, answer.text);
    }
    for (const [from, to] of [[`file://${data}`, 's3'], ['s3', `file://${back}`]]) {
        const done = spawnSync(path.join(root, 'scripts/copy'), ['--from', from, '--to', to],
            { encoding: 'utf8', env: cleanEnvironment({ ...own, REMOTE_USER: 'who copies' }) });
        assert.equal(done.status, 0, done.stdout + done.stderr);
    }
    assert.deepEqual(await namesOf(own), told);
    assert.deepEqual(await namesOf({ SCHEDULE_DATA_DIR: back }, 'schedule.cgi'), told);
});

testScripts(program, settings);

test('it starts and moves as the README has it', async (t) => {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const { port } = await startAsDescribed(t, 's3', (text) => text
        .replace('https://s3.eu-central-1.amazonaws.com', s3.endpoint)
        .replace('AWS_ACCESS_KEY_ID=…', `AWS_ACCESS_KEY_ID=${s3.key}`)
        .replace('AWS_SECRET_ACCESS_KEY=…', `AWS_SECRET_ACCESS_KEY='${s3.secret}'`));
    assert.equal((await post(port, { tasks: [{ id: 't' }] })).status, 200);
    assert.deepEqual((await request(port, 'GET', '/api/data/tasks')).json, [{ id: 't' }]);

    const own = settings({ SCHEDULE_DATA_DIR: dataDirectory(t) });
    await ask('schedule.cgi', { SCHEDULE_DATA_DIR: own.SCHEDULE_DATA_DIR }, { method: 'POST', body: '{"a":1}' });
    const [, copy] = /^(scripts\/copy --from file --to s3) /m.exec(readme);
    const done = spawnSync('bash', ['-c', copy], { cwd: root, encoding: 'utf8', env: cleanEnvironment(own) });
    assert.match(done.stdout, /^Copied and compared revision \d{13} and 0 backups/, done.stderr);
});
