// The whole system with its document on a server of S3.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { testStoreApi } from './api_rows.mjs';
import { startFakeS3 } from './fake_s3.mjs';
import { ask, dataDirectory, startAsDescribed, startInstances, startSilence } from './instances.mjs';
import { cleanEnvironment, freePort, post, request, root, startLighttpd } from './servers.mjs';
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

function save(own, document) {
    return ask(program, own, { method: 'POST', body: JSON.stringify(document) });
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
        settings({ ...short, SCHEDULE_S3_URL: `${s3.tlsEndpoint}/plans/`, AWS_CA_BUNDLE: '' }), /certificate/, { retry: true }));
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
        [{ AWS_REGION: 'x/y' }, /AWS_REGION.*region/],
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
});

test('no proxy is asked but the one of the settings', async (t) => {
    const port = await freePort();
    const wrong = `http://127.0.0.1:${port}`;
    const own = settings();
    const variables = { HTTP_PROXY: wrong, http_proxy: wrong, HTTPS_PROXY: wrong, https_proxy: wrong, ALL_PROXY: wrong, all_proxy: wrong };
    assert.equal((await ask(program, own, { method: 'POST', body: '{"a":1}', variables })).status, 200);
    const proxied = await ask(program, { ...own, SCHEDULE_S3_PROXY: wrong, SCHEDULE_STORE_TIMEOUT_MS: '500' });
    assert.equal(proxied.status, 503, proxied.text);
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
