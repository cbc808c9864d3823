import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';

import { testApi } from './api_rows.mjs';
import {
    Process, cleanEnvironment, freePort, post, programCount, request, root, startLighttpd, temporaryDirectory,
} from './servers.mjs';

const run = path.join(root, 'scripts/run');

testApi('the API behind lighttpd', startLighttpd, 1500000);

test('the page and its files', async (t) => {
    const web = temporaryDirectory();
    t.after(() => fs.rmSync(web, { recursive: true }));
    fs.mkdirSync(path.join(web, 'assets'));
    fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>own front end</title>');
    fs.writeFileSync(path.join(web, 'assets/index-DiwrgTda.js'), 'export {};');
    fs.writeFileSync(path.join(web, 'main.3f2a1b9c.css'), 'a {}');
    fs.writeFileSync(path.join(web, 'user-settings.js'), 'export {};');
    const running = await startLighttpd(t, { settings: { SCHEDULE_WEB_ROOT: web } });
    const { port } = running;
    const get = (address) => request(port, 'GET', address);

    await t.test('index.html is asked about again each time', async (t) => {
        const answer = await get('/');
        assert.equal(answer.status, 200);
        assert.match(answer.text, /own front end/);
        assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
        assert.equal(answer.headers['cache-control'], 'no-cache');
        const again = await request(port, 'GET', '/', { headers: { 'If-None-Match': answer.headers.etag } });
        assert.equal(again.status, 304);
    });

    await t.test('routes of the application get index.html', async (t) => {
        for (const address of ['/projects', '/projects/7', '/projects/7/tasks?filter=a.b', '/apix', '/people/']) {
            const answer = await get(address);
            assert.equal(answer.status, 200, address);
            assert.match(answer.text, /own front end/, address);
        }
    });

    await t.test('missing files are 404', async (t) => {
        for (const address of ['/missing.js', '/assets/missing-1234abcd.js', '/v1/other'])
            assert.equal((await get(address)).status, 404, address);
    });

    await t.test('hashed names are kept for ever, others are not', async (t) => {
        for (const address of ['/assets/index-DiwrgTda.js', '/main.3f2a1b9c.css']) {
            const answer = await get(address);
            assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable', address);
        }
        const plain = await get('/user-settings.js');
        assert.equal(plain.headers['cache-control'], 'no-cache');
        assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
    });

    await t.test('security headers are everywhere', async (t) => {
        for (const address of ['/', '/main.3f2a1b9c.css', '/missing.js', '/api/data', '/api/other']) {
            const { headers } = await get(address);
            assert.equal(headers['x-content-type-options'], 'nosniff', address);
            assert.equal(headers['x-frame-options'], 'SAMEORIGIN', address);
            assert.equal(headers['referrer-policy'], 'same-origin', address);
            assert.equal(headers.server, undefined, address);
        }
    });

    await t.test('/v1/ping answers', async (t) => {
        const answer = await get('/v1/ping');
        assert.equal(answer.status, 200);
        assert.equal(answer.text, 'ok\n');
    });

    await t.test('IPv6 works like IPv4', async (t) => {
        const answer = await request(port, 'GET', '/api/data', { host: '::1' });
        assert.equal(answer.status, 200);
    });

});

test('a body far beyond the limit does not reach the program', async (t) => {
    const running = await startLighttpd(t, { settings: { SCHEDULE_MAX_BODY: '1000' } });
    // lighttpd refuses on the length alone; who sends all the same may find the connection closed.
    const answer = await request(running.port, 'POST', '/api/data',
        { headers: { 'Content-Type': 'application/json', 'Content-Length': 2 << 20 } });
    assert.equal(answer.status, 413);
    const explained = await post(running.port, ' '.repeat(1 << 20));
    assert.equal(explained.json.error, 'PAYLOAD_TOO_LARGE');
    assert.deepEqual(fs.readdirSync(path.join(running.data, 'upload')), []);
});

test('500 connections at once: every request is answered, processes stay bounded', async (t) => {
    const running = await startLighttpd(t, { settings: { SCHEDULE_LOCK_TIMEOUT_MS: '60000' } });
    await post(running.port, { taskTypes: [1], filler: 'x'.repeat(50000) });
    const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, programCount()); }, 5);
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => (i % 5 === 0
        ? request(running.port, 'POST', '/api/data', {
            agent, headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ taskTypes: [1], i, filler: 'y'.repeat(50000) }),
        })
        : request(running.port, 'GET', '/api/data', { agent }))));
    clearInterval(watch);
    assert.deepEqual(answers.filter((answer) => answer.status !== 200).map((answer) => answer.text), []);
    for (const answer of answers)
        assert.ok(answer.json.ok === true || /^(x|y)\1{49999}$/.test(answer.json.filler));
    assert.ok(most >= 1 && most <= 128, `${most} processes at once`);
});

test('idle connections do not lock others out', async (t) => {
    const running = await startLighttpd(t);
    const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 200 });
    await Promise.all(Array.from({ length: 150 }, () =>
        request(running.port, 'GET', '/v1/ping', { agent })));
    const answer = await request(running.port, 'GET', '/api/data');
    assert.equal(answer.status, 200);
    agent.destroy();
});

async function runAndExpectFailure(args, settings, message) {
    const started = new Process(run, args, { env: cleanEnvironment(settings) });
    const { code } = await started.exited;
    assert.equal(code, 1, started.output + started.log);
    assert.match(started.log, message);
}

test('scripts/run', async (t) => {
    const running = await startLighttpd(t);

    await t.test('prints the address and the data directory', () => {
        assert.match(running.server.output, new RegExp(`^Serving http://localhost:${running.port}$`, 'm'));
        assert.match(running.server.output, new RegExp(`^Data in ${running.data};`, 'm'));
    });

    await t.test('says when the port is taken', () =>
        runAndExpectFailure(['--port', String(running.port)], {}, /port \d+ is taken by another program/));

    await t.test('refuses what is no port, no argument or no setting', async (t) => {
        await runAndExpectFailure(['--port', '0'], {}, /must be a number from 1 to 65535/);
        await runAndExpectFailure(['--port=70000'], {}, /must be a number from 1 to 65535/);
        await runAndExpectFailure(['--port'], {}, /--port needs a number/);
        await runAndExpectFailure([], { PORT: '8O' }, /the port is '8O'/);
        await runAndExpectFailure(['--prot', '1'], {}, /what is '--prot'/);
        await runAndExpectFailure([], { SCHEDULE_MAX_BODY: 'x' }, /SCHEDULE_MAX_BODY is 'x'/);
        await runAndExpectFailure([], { SCHEDULE_WEB_ROOT: '/nowhere' }, /'\/nowhere', which is no directory/);
    });

    await t.test('takes the port from the platform', async () => {
        for (const name of ['PORT', '_FAAS_RUNTIME_PORT', '_BYTEFAAS_RUNTIME_PORT']) {
            const data = temporaryDirectory();
            const port = await freePort();
            const others = { PORT: '1', _FAAS_RUNTIME_PORT: name === 'PORT' ? '' : '2' };
            const server = new Process(run, [],
                { env: cleanEnvironment({ SCHEDULE_DATA_DIR: data, ...others, [name]: String(port) }) });
            await server.until(() => server.output.includes(`:${port}\n`), `a start on ${name}`);
            await server.stop('SIGTERM');
            fs.rmSync(data, { recursive: true });
        }
    });

    await t.test('stops cleanly on Ctrl-C and leaves the data', async (t) => {
        await post(running.port, '{"kept":1}');
        const file = path.join(running.data, 'project-data.json');
        running.server.child.kill('SIGINT');
        const { code } = await running.server.exited;
        assert.equal(code, 0);
        assert.equal(fs.readFileSync(file, 'utf8'), '{\n  "kept": 1\n}');
        await assert.rejects(request(running.port, 'GET', '/'));
    });

});
