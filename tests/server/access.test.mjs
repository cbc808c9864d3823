// Who may do what, as the README has the web servers decide it: its own configurations, with other paths.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';

import { readme } from './readme_examples.mjs';
import {
    cleanEnvironment, freePort, logged, Process, request, startChangedLighttpd, startLighttpd, startNginx,
    temporaryDirectory,
} from './servers.mjs';

const passwords = { anna: 'Geheim: 1', bo: 'pass"wort', 李雷: '口令口令口令', eve: 'not hers' };

function run(command, args) {
    const done = spawnSync(command, args, { encoding: 'utf8' });
    assert.equal(done.status, 0, `${command} ${args.join(' ')}: ${done.stderr}`);
    return done.stdout.trim();
}

// What the README has in its nth block in this language below this heading.
function block(heading, language, n = 0) {
    const [, section] = new RegExp(`\n###+ ${heading}\n([\\s\\S]*?)\n##+ `).exec(readme);
    const found = [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))][n];
    assert.ok(found, `${heading}: there is no block ${n} in ${language}`);
    return found[1];
}

// A stand-in for /etc/schedule-cgi, with the files that the README's configurations name.
function placeMake(t) {
    const place = temporaryDirectory();
    t.after(() => fs.rmSync(place, { recursive: true }));
    const here = (text) => text.replaceAll('/etc/schedule-cgi', place);
    const line = (name, hash) => `${name}:${run('openssl', ['passwd', hash, passwords[name]])}\n`;
    // Root's nginx reads it as www-data.
    const group = process.getuid() === 0 ? 'www-data' : String(process.getgid());
    run('bash', ['-ec', here(block('Who may do what', 'sh')).replaceAll('sudo ', '')
        .replace('-g schedule-cgi', `-g ${group}`).replace('passwd -6', `passwd -6 '${passwords.anna}'`)]);
    assert.equal(run('stat', ['-c', '%a', path.join(place, 'users')]), '640');
    fs.appendFileSync(path.join(place, 'users'), line('bo', '-apr1') + line('李雷', '-5'));
    fs.writeFileSync(path.join(place, 'editors'), line('anna', '-6') + line('李雷', '-6'));
    fs.writeFileSync(path.join(place, 'proxy.lua'), block('Behind a proxy that authenticates', 'lua'));
    return { place, here };
}

function headersOf(name, password = passwords[name]) {
    return { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

// What a client may say of itself.
function claimsOf(name) {
    return {
        'X-Forwarded-User': name, X_Forwarded_User: name, 'Remote-User': name,
        Forwarded: `for=9.9.9.9;remote_user=${name}`, ...headersOf(name),
    };
}

// Both servers with the README's rules below this heading; `more` of the two changes them.
const servers = {
    lighttpd(t, { here, place }, heading, more = '') {
        const access = path.join(place, 'access.conf');
        fs.writeFileSync(access, here(block(heading, 'lighttpd') + more));
        return startLighttpd(t, { settings: { SCHEDULE_ACCESS: access } });
    },
    nginx(t, { here }, heading, more = (text) => text) {
        const change = (text) => {
            assert.ok(text.includes('        set $saved_by "";\n'));
            return more(text.replace('        set $saved_by "";\n', () => here(block(heading, 'nginx'))));
        };
        return startNginx(t, { change });
    },
};

function plan(note) {
    return { projects: [], tasks: [{ id: 'task-1', note }], taskTypes: [{ id: '1' }] };
}

function send(port, method, address, headers, body = plan(method), { type = 'application/json', agent } = {}) {
    const bytes = Buffer.from(JSON.stringify(body));
    return request(port, method, address,
        { agent, headers: { 'Content-Type': type, 'Content-Length': bytes.length, ...headers }, body: bytes });
}

async function savedBy(port, headers) {
    const answer = await request(port, 'GET', '/api/backups', { headers });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.savedBy;
}

function checkAsked(answer, what) {
    assert.equal(answer.status, 401, what);
    assert.match(answer.headers['www-authenticate'], /^Basic realm="schedule"/, what);
}

function isEmpty({ data }) {
    return !fs.existsSync(path.join(data, 'project-data.json'));
}

// Who is asked for a password: without one, with a wrong one, with somebody else's, with a name that nobody has.
function strangers() {
    return Object.entries({
        nobody: {}, 'no password': headersOf('anna', ''), 'a wrong password': headersOf('anna', 'Geheim: 2'),
        'the password of somebody else': headersOf('anna', passwords.bo), 'an unknown name': headersOf('eve'),
        'another scheme': { Authorization: 'Bearer anna' },
    });
}

async function checkLog(running) {
    await logged(() => running.log, / user anna\n/);
    for (const [name, password] of Object.entries(passwords)) {
        assert.ok(!running.log.includes(password), name);
        assert.ok(!running.log.includes(headersOf(name).Authorization.slice(6)), name);
    }
}

for (const [name, start] of Object.entries(servers)) {
    test(`the whole site behind passwords: ${name}`, async (t) => {
        const running = await start(t, placeMake(t), 'The whole site behind passwords');
        const { port } = running;

        await t.test('a stranger gets and saves nothing', async () => {
            const addresses = ['/', '/index.html', '/api/data', '/api/health', '/v1/ping/', '/v1/ping/../../api/data'];
            // All at once, for lighttpd takes a second to refuse a page to somebody with a wrong password.
            await Promise.all(strangers().flatMap(([who, headers]) => [
                ...addresses.map(async (address) =>
                    checkAsked(await request(port, 'GET', address, { headers }), `${who} ${address}`)),
                send(port, 'POST', '/api/data', headers).then((answer) => checkAsked(answer, who)),
            ]));
            assert.ok(isEmpty(running));
        });

        await t.test('a platform may ask whether it is up', async () => {
            assert.equal((await request(port, 'GET', '/v1/ping')).text, 'ok\n');
        });

        await t.test('who has a password is known by name', async () => {
            for (const who of ['bo', '李雷', 'anna']) {
                const headers = headersOf(who);
                assert.equal((await request(port, 'GET', '/', { headers })).status, 200);
                assert.equal((await send(port, 'POST', '/api/data', headers, plan(who))).status, 200);
                assert.equal(await savedBy(port, headers), who);
            }
            const { json } = await request(port, 'GET', '/api/backups', { headers: headersOf('bo') });
            assert.deepEqual(json.backups.map((backup) => backup.savedBy), ['李雷', 'bo']);
            await checkLog(running);
        });
    });

    test(`everybody reads, a group writes: ${name}`, async (t) => {
        const running = await start(t, placeMake(t), 'Everybody reads, a group writes');
        const { port } = running;
        const writes = [
            ['POST', '/api/data'], ['PUT', '/api/data'],
            ['PATCH', '/api/data', {}, { type: 'application/merge-patch+json' }],
            ['POST', '/api/data/tasks', { id: 'task-2' }], ['PUT', '/api/data/tasks/task-2', { note: 1 }],
            ['DELETE', '/api/data/tasks/task-2'], ['POST', '/api/backups'],
        ];

        await t.test('who is not of the group saves nothing', async () => {
            for (const [who, headers] of [...strangers(), ['bo', headersOf('bo')]]) {
                for (const [method, address, body, options] of writes) {
                    const answer = await send(port, method, address, headers, body, options);
                    checkAsked(answer, `${who} ${method} ${address}`);
                }
            }
            assert.ok(isEmpty(running));
        });

        await t.test('everybody reads', async () => {
            for (const [who, headers] of [...strangers(), ['bo', headersOf('bo')], ['anna', headersOf('anna')]]) {
                for (const address of ['/', '/api/data', '/api/backups', '/v1/ping'])
                    assert.equal((await request(port, 'GET', address, { headers })).status, 200, `${who} ${address}`);
                assert.equal((await request(port, 'HEAD', '/api/data', { headers })).status, 200, who);
                assert.equal((await request(port, 'OPTIONS', '/api/data', { headers })).status, 204, who);
            }
        });

        await t.test('who is of it writes, and is known by name', async () => {
            for (const [method, address, body, options] of writes) {
                const answer = await send(port, method, address, headersOf('anna'), body, options);
                assert.ok(answer.status < 300, `${method} ${address}: ${answer.status} ${answer.text}`);
            }
            assert.equal(await savedBy(port), 'anna');
            assert.equal((await send(port, 'PUT', '/api/data', headersOf('李雷'), plan('new'))).status, 200);
            assert.equal(await savedBy(port), '李雷');
            await checkLog(running);
        });
    });

    test(`behind a proxy that authenticates: ${name}`, async (t) => {
        const place = placeMake(t);
        const heading = 'Behind a proxy that authenticates';
        const running = await start(t, place, heading);
        const proxy = await startProxy(t, block(heading, 'nginx', 1), place, running.port);

        await t.test('the proxy says who somebody is, whatever a client says of itself', async () => {
            for (const who of ['anna', '李雷']) {
                const headers = { ...claimsOf('eve'), ...headersOf(who) };
                assert.equal((await send(proxy, 'POST', '/api/data', headers, plan(who))).status, 200);
                assert.equal(await savedBy(proxy, headers), who);
            }
            const page = await request(proxy, 'GET', '/', { headers: headersOf('bo') });
            assert.match(page.text, /<title>项目排期/);
            await checkLog(running);
        });

        await t.test('who comes without a password, or not through it, gets and saves nothing', async () => {
            const claims = claimsOf('anna');
            const before = fs.readFileSync(path.join(running.data, 'project-data.json'), 'utf8');
            checkAsked(await send(proxy, 'POST', '/api/data', { 'X-Forwarded-User': 'anna' }), 'through the proxy');
            if (name === 'lighttpd')
                assert.equal((await send(running.port, 'POST', '/api/data', headersOf('anna'))).status, 401);
            const agent = new http.Agent({ localAddress: '127.0.0.2' });
            const refused = name === 'nginx' ? 403 : 401;
            for (const address of ['/', '/api/data']) {
                const answer = await request(running.port, 'GET', address, { agent, headers: claims });
                assert.equal(answer.status, refused, address);
            }
            const save = await send(running.port, 'POST', '/api/data', claims, plan('not so'), { agent });
            assert.equal(save.status, refused);
            assert.equal(fs.readFileSync(path.join(running.data, 'project-data.json'), 'utf8'), before);
            assert.equal((await request(running.port, 'GET', '/v1/ping', { agent })).text, 'ok\n');
            agent.destroy();
        });
    });
}

// nginx as a proxy with the README's `location` before the server on this port; its port.
async function startProxy(t, location, { place, here }, behind) {
    const port = await freePort();
    const configuration = path.join(place, 'proxy.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((kind) => `${kind}_temp_path ${place}/${kind};`).join(' ');
    const ours = here(location).replace(':5000', `:${behind}`).replace('/etc/nginx', place);
    fs.writeFileSync(configuration, `user www-data; pid ${place}/nginx.pid; error_log stderr; events {}
        http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${ours} } }`);
    const environment = cleanEnvironment({});
    environment.PATH += ':/usr/sbin:/sbin';
    const proxy = new Process('nginx', ['-e', 'stderr', '-p', place, '-c', configuration, '-g', 'daemon off;'],
        { env: environment, detached: true });
    t.after(() => proxy.stopGroup());
    await proxy.until(() => request(port, 'GET', '/').then(() => true, () => false), 'the start of the proxy');
    return port;
}

test('without rules nobody has a name, whatever clients say', async (t) => {
    for (const start of [startLighttpd, startNginx]) {
        const running = await start(t);
        const claims = claimsOf('eve');
        assert.equal((await send(running.port, 'POST', '/api/data', claims)).status, 200);
        const { json } = await request(running.port, 'GET', '/api/backups', { headers: claims });
        assert.ok(json.revision > 0 && !('savedBy' in json));
        await logged(() => running.log, /数据保存成功: .* revision \d+\n/);
    }
});

test('the program is not given the password', async (t) => {
    const here = placeMake(t);
    const heading = 'The whole site behind passwords';
    const program = path.join(here.place, 'program');
    fs.writeFileSync(program, '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n"\nexec env\n', { mode: 0o755 });
    const access = path.join(here.place, 'access.conf');
    fs.writeFileSync(access, here.here(block(heading, 'lighttpd')));
    const settings = { SCHEDULE_PROGRAM: program, SCHEDULE_ACCESS: access };
    const change = (text) => text.replace(/(SCRIPT_FILENAME\s+)\S+;/, (_, name) => `${name}${program};`);
    const lighttpd = await startChangedLighttpd(t, (text) => text, { settings });
    for (const { port } of [lighttpd, await servers.nginx(t, here, heading, change)]) {
        const headers = { Cookie: 'a=b', ...headersOf('anna') };
        const { text } = await request(port, 'GET', '/api/data', { headers });
        assert.match(text, /^REMOTE_USER=anna$/m);
        assert.match(text, /^HTTP_COOKIE=a=b$/m);
        assert.doesNotMatch(text, /^HTTP_AUTHORIZATION=.|Basic |YW5u/m);
    }
});

test('TLS', async (t) => {
    const here = placeMake(t);
    const heading = 'The whole site behind passwords';
    const certificate = path.join(here.place, 'certificate.pem');
    run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,IP:::1', '-out', certificate,
        '-keyout', path.join(here.place, 'key.pem')]);
    const ask = (host, port) => spawnSync('curl', ['-s', '--cacert', certificate, '-u', `anna:${passwords.anna}`,
        '-w', ' %{http_code}', `https://${host}:${port}/api/data`], { encoding: 'utf8' }).stdout;
    const plainly = (port) => request(port, 'GET', '/api/data', { headers: headersOf('anna') });

    await t.test('lighttpd', async (t) => {
        const { port } = await servers.lighttpd(t, here, heading, block('TLS', 'lighttpd'));
        for (const host of ['127.0.0.1', '[::1]'])
            assert.match(ask(host, port), /^\{"projects":\[\].*\} 200$/, host);
        await assert.rejects(plainly(port));
    });
    await t.test('nginx', async (t) => {
        const more = (text) => {
            const [, address] = /listen (\S+);/.exec(text);
            const lines = here.here(block('TLS', 'nginx')).replace('listen 5000 ', `listen ${address} `)
                .replace('[::]:5000 ', `[::1]:${address.split(':')[1]} `);
            return text.replace(`        listen ${address};\n`, () => lines);
        };
        const { port } = await servers.nginx(t, here, heading, more);
        for (const host of ['127.0.0.1', '[::1]'])
            assert.match(ask(host, port), /^\{"projects":\[\].*\} 200$/, host);
        assert.equal((await plainly(port)).status, 400);
    });
});
