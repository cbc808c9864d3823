import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';

import { testApi } from './api_rows.mjs';
import {
    Process, cleanEnvironment, filesOf, freePort, pagePolicy, post, programCount, request, root, startLighttpd,
    temporaryDirectory,
} from './servers.mjs';

const run = path.join(root, 'scripts/run');

testApi('the API behind lighttpd', startLighttpd, 10 << 20);

test('the page and its files', async (t) => {
    const web = temporaryDirectory();
    t.after(() => fs.rmSync(web, { recursive: true }));
    fs.mkdirSync(path.join(web, 'assets'));
    fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>own front end</title>');
    for (const name of ['assets/index-DiwrgTda.js', 'main.3f2a1b9c.css', 'x-00c0ffee.png', 'user-settings.js',
        'assets/team-calendar.js', 'assets/logo-original.png', 'photo-20260101.png', 'cafe-deadbeef.js'])
        fs.writeFileSync(path.join(web, name), 'x');
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
        for (const address of ['/missing.js', '/assets/missing-1234abcd.js', '/v1/other']) {
            const answer = await get(address);
            assert.equal(answer.status, 404, address);
            assert.notEqual(answer.headers['cache-control'], 'max-age=31536000', address);
        }
    });

    await t.test('hashed names are kept for ever, others are not', async (t) => {
        for (const address of ['/assets/index-DiwrgTda.js', '/main.3f2a1b9c.css', '/x-00c0ffee.png']) {
            const answer = await get(address);
            assert.equal(answer.headers['cache-control'], 'max-age=31536000', address);
        }
        for (const address of ['/user-settings.js', '/assets/team-calendar.js', '/assets/logo-original.png',
            '/photo-20260101.png', '/cafe-deadbeef.js']) {
            const answer = await get(address);
            assert.equal(answer.status, 200);
            assert.equal(answer.headers['cache-control'], 'no-cache', address);
        }
        const script = await get('/user-settings.js');
        assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
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

    await t.test('another front end than ours is sent as it is', async () => {
        fs.mkdirSync(path.join(web, 'board'));
        fs.writeFileSync(path.join(web, 'board/x.js'), 'x');
        const answer = await request(port, 'GET', '/board/x.js', { headers: { 'Accept-Encoding': 'gzip' } });
        assert.equal(answer.text, 'x');
        assert.equal(answer.headers['content-encoding'], undefined);
    });

    await t.test('another front end than ours is not told what it may do', async () => {
        for (const address of ['/', '/projects', '/main.3f2a1b9c.css', '/api/data'])
            assert.equal((await get(address)).headers['content-security-policy'], undefined, address);
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

test('our own page and its files', async (t) => {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true }));
    const { port } = await startLighttpd(t);
    const get = (address) => request(port, 'GET', address);
    const page = await get('/');

    await t.test('it is told what it may do', async () => {
        for (const address of ['/', '/people', '/board/x.js', '/api/data'])
            assert.equal((await get(address)).headers['content-security-policy'], pagePolicy, address);
    });

    await t.test('so it is where dist/ goes by another name', async (inner) => {
        const link = path.join(directory, 'link');
        fs.symlinkSync(path.join(root, 'dist'), link);
        const running = await startLighttpd(inner, { settings: { SCHEDULE_WEB_ROOT: link } });
        assert.equal((await request(running.port, 'GET', '/')).headers['content-security-policy'], pagePolicy);
    });

    await t.test('it is asked about again each time, and what it names is kept', async () => {
        assert.equal(page.headers['cache-control'], 'no-cache');
        const files = filesOf(page.text);
        assert.ok(files.length >= 4, page.text);
        for (const address of files) {
            const answer = await get(address);
            assert.equal(answer.status, 200, address);
            assert.equal(answer.headers['cache-control'], 'max-age=31536000', address);
            assert.match(answer.headers['content-type'], /^text\/(javascript|css); charset=utf-8$/, address);
        }
    });

    await t.test('what it names comes compressed to who asks for that', async () => {
        for (const address of filesOf(page.text)) {
            const plain = await get(address);
            assert.equal(plain.headers['content-encoding'], undefined, address);
            for (const encodings of ['gzip', 'br, gzip', 'deflate, gzip;q=0.5, br', 'gzip;q=0.05,br']) {
                const packed = await request(port, 'GET', `${address}?x=1`, { headers: { 'Accept-Encoding': encodings } });
                assert.equal(packed.headers['content-encoding'], 'gzip', `${address} ${encodings}`);
                assert.deepEqual(zlib.gunzipSync(packed.bytes), plain.bytes, address);
                for (const name of ['content-type', 'cache-control', 'content-security-policy', 'x-content-type-options', 'vary'])
                    assert.equal(packed.headers[name], plain.headers[name], `${address} ${name}`);
                assert.equal(packed.headers.vary, 'Accept-Encoding');
                assert.notEqual(packed.headers.etag, plain.headers.etag);
                const again = await request(port, 'GET', address,
                    { headers: { 'Accept-Encoding': encodings, 'If-None-Match': packed.headers.etag } });
                assert.equal(again.status, 304, address);
            }
            for (const encodings of ['br', 'gzip;q=0', 'gzip;q=0.0, br', 'x-gzipped'])
                assert.deepEqual((await request(port, 'GET', address, { headers: { 'Accept-Encoding': encodings } })).bytes,
                    plain.bytes, encodings);
        }
    });

    await t.test('a file that is not there is 404 and not kept', async () => {
        for (const address of ['/board/x.js', '/board/main-b00123456789.js', '/gantt/dhtmlxgantt.css', '/page.js']) {
            const answer = await get(address);
            assert.equal(answer.status, 404, address);
            assert.notEqual(answer.headers['cache-control'], 'max-age=31536000', address);
            assert.doesNotMatch(answer.text, /<title>项目排期/, address);
        }
    });
});

test('a body far beyond the limit does not reach the program', async (t) => {
    const running = await startLighttpd(t, { settings: { SCHEDULE_MAX_BODY: '1000' } });
    // lighttpd refuses on the length alone; who sends all the same may find the connection closed.
    const answer = await request(running.port, 'POST', '/api/data',
        { headers: { 'Content-Type': 'application/json', 'Content-Length': 20 << 20 } });
    assert.equal(answer.status, 413);
    const explained = await post(running.port, ' '.repeat(10 << 20));
    assert.equal(explained.json.error, 'PAYLOAD_TOO_LARGE');
    assert.deepEqual(fs.readdirSync(path.join(running.data, 'upload')), []);
});

test('500 connections at once: every request is answered, processes stay bounded', async (t) => {
    const running = await startLighttpd(t, { settings: { SCHEDULE_LOCK_TIMEOUT_MS: '60000' } });
    await post(running.port, { taskTypes: [1], filler: 'x'.repeat(50000) });
    const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, programCount(running.data)); }, 5);
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

test('busy and idle connections do not lock others out', async (t) => {
    const running = await startLighttpd(t);
    const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 300 });
    let over = false;
    const clients = Array.from({ length: 200 }, async () => {
        while (!over)
            await request(running.port, 'GET', '/v1/ping', { agent });
    });
    for (let i = 0; i < 2; i++)
        assert.equal((await request(running.port, 'GET', '/api/data', { agent: false })).status, 200);
    over = true;
    await Promise.all(clients);
    assert.equal((await request(running.port, 'GET', '/api/data', { agent: false })).status, 200);
    agent.destroy();
});

test('a connection is kept after a file, but not after an answer of the program', async (t) => {
    const running = await startLighttpd(t);
    const agent = new http.Agent({ keepAlive: true });
    const connectionAfter = async (address) => (await request(running.port, 'GET', address, { agent })).headers.connection;
    assert.notEqual(await connectionAfter('/'), 'close');
    assert.equal(await connectionAfter('/api/data'), 'close');
    agent.destroy();
});

test('HTTP/2, whose streams would multiply processes, is not spoken', async (t) => {
    const running = await startLighttpd(t);
    const curl = (option) => spawnSync('curl',
        ['-s', option, '-o', '/dev/null', '-w', '%{http_version} %{http_code}', `http://127.0.0.1:${running.port}/`],
        { encoding: 'utf8' });
    assert.notEqual(curl('--http2-prior-knowledge').status, 0);
    assert.equal(curl('--http2').stdout, '1.1 200');
});

async function runAndExpectFailure(args, settings, message) {
    const started = new Process(run, args, { env: cleanEnvironment(settings) });
    const { code } = await started.exited;
    assert.equal(code, 1, started.output + started.log);
    assert.match(started.log, message);
}

test('scripts/run', async (t) => {
    const running = await startLighttpd(t, { script: 'scripts/run' });

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
        await runAndExpectFailure([], { SCHEDULE_ACCESS: '/nowhere' }, /'\/nowhere', which cannot be read/);
        await runAndExpectFailure([], { SCHEDULE_LISTEN: '::' }, /SCHEDULE_LISTEN is '::'/);
    });

    await t.test('listens on all addresses, or for this machine alone', async (inner) => {
        const reached = ({ port }, host) =>
            request(port, 'GET', '/v1/ping', { host, agent: false }).then(({ status }) => status === 200, () => false);
        const own = await startLighttpd(inner, { settings: { SCHEDULE_LISTEN: 'localhost' } });
        for (const host of ['127.0.0.1', '::1']) {
            assert.equal(await reached(running, host), true, host);
            assert.equal(await reached(own, host), true, host);
        }
        assert.equal(await reached(running, '127.0.0.2'), true);
        assert.equal(await reached(own, '127.0.0.2'), false);
    });

    await t.test('does not let what is sent pass through a link', async () => {
        const data = temporaryDirectory();
        const elsewhere = temporaryDirectory();
        fs.symlinkSync(elsewhere, path.join(data, 'upload'));
        await runAndExpectFailure(['--port', String(await freePort())], { SCHEDULE_DATA_DIR: data },
            /upload' is a symbolic link or somebody else's/);
        for (const directory of [data, elsewhere])
            fs.rmSync(directory, { recursive: true });
    });

    await t.test('starts from anywhere, by whatever shell its user has, with rules in a file of any name', async (inner) => {
        const directory = temporaryDirectory();
        inner.after(() => fs.rmSync(directory, { recursive: true, force: true }));
        const access = path.join(directory, 'a [1] {b} $x.conf');
        const link = path.join(directory, 'link');
        fs.writeFileSync(access, `
            server.modules += ( "mod_access" )
            $HTTP["url"] =~ "^/api" {
                setenv.add-environment     = ( "X" => "y" )
                setenv.add-response-header = ( "Strict-Transport-Security" => "max-age=1" )
            }
            $HTTP["url"] =~ "^/api/backups" { url.access-deny = ( "" ) }
        `);
        fs.symlinkSync(path.join(root, 'scripts/serve'), link);
        fs.mkdirSync(path.join(directory, 'gone'));
        const port = await freePort();
        const server = new Process('bash', ['-c', `cd gone && rmdir ../gone && exec '${link}' ${port}`], {
            cwd: directory,
            env: cleanEnvironment({
                SCHEDULE_DATA_DIR: path.join(directory, 'data'), SCHEDULE_ACCESS: access, SHELL: '/usr/sbin/nologin', CDPATH: '/',
            }),
        });
        inner.after(() => server.stop());
        await server.untilServing();
        assert.equal((await request(port, 'GET', '/v1/ping')).status, 200);
        assert.equal((await request(port, 'GET', '/api/backups')).status, 403);
        const { headers, json } = await request(port, 'GET', '/api/health');
        assert.equal(json.directory, path.join(directory, 'data'));
        assert.equal(headers['strict-transport-security'], 'max-age=1');
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['content-security-policy'], pagePolicy);
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

    await t.test('stops cleanly on Ctrl-C, after what is under way', async () => {
        const document = { filler: 'x'.repeat(12 << 20), taskTypes: [1] };
        await post(running.port, document);
        const loading = request(running.port, 'GET', '/api/data', { agent: false, reading: sleep(500) });
        await sleep(100);
        running.server.child.kill('SIGINT');
        assert.deepEqual((await loading).json, document);
        const { code } = await running.server.exited;
        assert.equal(code, 0);
        assert.ok(fs.existsSync(path.join(running.data, 'project-data.json')));
        await assert.rejects(request(running.port, 'GET', '/'));
    });

    await t.test('takes lighttpd with it whenever it is told to stop', async () => {
        // The first moments twice, for it is then that lighttpd does not mind a signal yet.
        for (const [i, delay] of [0, 0, 3, 3, 6, 6, 10, 15, 20, 25, 30, 35, 40, 45, 50].entries()) {
            const data = temporaryDirectory();
            const port = await freePort();
            const server = new Process(run, ['--port', String(port)],
                { env: cleanEnvironment({ SCHEDULE_DATA_DIR: data }) });
            await server.until(() => fs.existsSync(path.join(data, 'upload')), 'its first action');
            await sleep(delay);
            await server.stop(i % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
            await assert.rejects(request(port, 'GET', '/v1/ping'), `after ${delay} ms`);
            fs.rmSync(data, { recursive: true });
        }
    });

    await t.test('may be started several times at once', async (inner) => {
        const page = path.join(root, 'dist/index.html');
        const built = fs.readFileSync(page, 'utf8');
        fs.appendFileSync(page, ' ');
        const several = await Promise.all([1, 2, 3].map(() => startLighttpd(inner, { script: 'scripts/run' })));
        for (const { port } of several)
            assert.match((await request(port, 'GET', '/')).text, /<title>项目排期/);
        assert.equal(fs.readFileSync(page, 'utf8'), built);
    });

    await t.test('starts from where its build was moved to', async (inner) => {
        const moved = path.join(temporaryDirectory(), 'moved');
        inner.after(() => fs.rmSync(path.dirname(moved), { recursive: true }));
        fs.mkdirSync(moved);
        const parts = ['CMakeLists.txt', 'cgi', 'lib', 'web', 'scripts', 'lighttpd.conf', 'build', 'build-deps'];
        // Not while another test builds there.
        const { status } = spawnSync('flock', ['build/installation.lock', 'cp', '-a', ...parts, moved], { cwd: root });
        assert.equal(status, 0);
        const port = await freePort();
        const server = new Process(path.join(moved, 'scripts/run'), ['--port', String(port)],
            { env: cleanEnvironment({ SCHEDULE_DATA_DIR: path.join(moved, 'data') }) });
        await server.untilServing();
        assert.equal((await request(port, 'GET', '/api/data')).status, 200);
        assert.match((await request(port, 'GET', '/')).text, /<title>项目排期/);
        await server.stop();
    });
});

test('settings of any bytes reach the program, and nothing else of them', async (t) => {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true }));
    const port = await freePort();
    const script = `LC_ALL=C.UTF-8 SCHEDULE_DATA_DIR=$'${directory}/d\\xff \\"$(x)' ` +
        `PGPASSWORD=$'\\xffa\\nPGUSER=b\\nSCHEDULE_STORE=s3' exec "${run}" --port ${port}`;
    const server = new Process('bash', ['-c', script], { env: cleanEnvironment({}) });
    t.after(() => server.stop('SIGINT'));
    await server.untilServing();
    assert.equal((await post(port, { a: 1 })).status, 200);
    const [name] = fs.readdirSync(directory, 'buffer');
    assert.deepEqual(name, Buffer.from('d\xff "$(x)', 'latin1'));
});
