import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';

import { testApi } from './api_rows.mjs';
import { readme } from './readme_examples.mjs';
import {
    cleanEnvironment, fcgiwrapBySocket, filesOf, install, pagePolicy, post, readmeNginxConfiguration, request, root,
    startNginx,
} from './servers.mjs';
import { startSystemd } from './systemd.mjs';

testApi('the API behind nginx and fcgiwrap', startNginx, 10 << 20);

test('the page behind nginx', async (t) => {
    const running = await startNginx(t);
    const page = await request(running.port, 'GET', '/projects/7');
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>项目排期/);
    assert.equal(page.headers['cache-control'], 'no-cache');
    for (const address of ['/', '/projects/7', '/board/x.js', '/api/data']) {
        const { headers } = await request(running.port, 'GET', address);
        assert.equal(headers['content-security-policy'], pagePolicy, address);
    }
    const files = filesOf(page.text);
    assert.ok(files.length >= 4, page.text);
    for (const address of files) {
        const file = await request(running.port, 'GET', address);
        assert.equal(file.status, 200, address);
        assert.equal(file.headers['cache-control'], 'max-age=31536000', address);
    }
    for (const address of ['/missing.js', '/board/x.js', '/board/main-b00123456789.js']) {
        const answer = await request(running.port, 'GET', address);
        assert.equal(answer.status, 404, address);
        assert.notEqual(answer.headers['cache-control'], 'max-age=31536000', address);
    }

    await t.test('is compressed, and asked about by its weak tag', async () => {
        for (const address of ['/', ...files]) {
            const plain = await request(running.port, 'GET', address);
            if (plain.bytes.length < 1000) // gzip_min_length
                continue;
            const sent = await request(running.port, 'GET', address,
                { headers: { 'Accept-Encoding': 'gzip', Via: '1.1 proxy' } });
            assert.equal(sent.headers['content-encoding'], 'gzip', address);
            assert.equal(sent.headers.vary, 'Accept-Encoding', address);
            assert.equal(sent.headers.etag, `W/${plain.headers.etag}`, address);
            assert.deepEqual(zlib.gunzipSync(sent.bytes), plain.bytes, address);
            const again = await request(running.port, 'GET', address,
                { headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': sent.headers.etag } });
            assert.equal(again.status, 304, address);
        }
    });
});

test('bodies beyond what nginx takes', async (t) => {
    const { port } = await startNginx(t, { change: (text) => text.replace('body_size  64m', 'body_size 17m') });
    // One that is only announced is refused at once.
    const announced = await new Promise((resolve, reject) => {
        const headers = { 'Content-Length': 18 << 20 };
        const sent = http.request({ port, method: 'POST', path: '/api/data', headers }, resolve);
        sent.on('error', reject);
        sent.flushHeaders();
    });
    assert.equal(announced.statusCode, 413);
    assert.equal(announced.headers['content-type'], 'text/html; charset=utf-8');
    announced.destroy();
    // What is only a little beyond SCHEDULE_MAX_BODY is for the program to refuse.
    const refused = await post(port, 'x'.repeat((16 << 20) + 1));
    assert.equal(refused.status, 413);
    assert.equal(refused.json.error, 'PAYLOAD_TOO_LARGE');
});

test('400 requests at once: every one is answered', async (t) => {
    const { port } = await startNginx(t);
    const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });
    const answers = await Promise.all(Array.from({ length: 400 }, () => request(port, 'GET', '/api/data', { agent })));
    assert.deepEqual(answers.filter(({ status }) => status !== 200).map(({ text }) => text), []);
});

const units = ['socket', 'service'].map((kind) => path.join(root, `scripts/systemd/schedule-fcgiwrap.${kind}`));

test('the units for fcgiwrap', async (t) => {
    const analyze = (...words) => {
        const done = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
        assert.equal(done.status, 0, done.stdout + done.stderr);
        return done.stdout + done.stderr;
    };

    await t.test('are right, and leave it little', () => {
        assert.equal(analyze('verify', '--man=no', ...units), '');
        analyze('security', '--offline=true', '--threshold=20', units[1]);
    });

    await t.test('start it from a socket, for our programs alone', async (inner) => {
        const other = 'location = /other { fastcgi_pass $socket; fastcgi_param SCRIPT_FILENAME /usr/bin/env; }';
        const { port } = await startNginx(inner, {
            wrap: fcgiwrapBySocket,
            change: (text) => text.replace(/(?=location = \/v1\/ping)/,
                other.replace('$socket', /unix:[^;]*/.exec(text)[0])),
        });
        assert.equal((await post(port, { a: 1 })).status, 200);
        assert.equal((await request(port, 'GET', '/api/data')).json.a, 1);
        assert.equal((await request(port, 'GET', '/other')).status, 403);
    });
});

// Nothing of the README's is changed here: it is another machine, in a way. On it the service is running.
const installation = `
cp -R /mnt/installed/. /
systemd-sysusers
chgrp schedule-cgi /etc/schedule-cgi/settings
systemctl daemon-reload
systemctl enable --now schedule-cgi
for _ in $(seq 200); do curl -sf localhost:5000/v1/ping && break; sleep 0.05; done
cp /mnt/nginx.conf /etc/nginx/nginx.conf`;

function fill(share) {
    install(share);
    const done = spawnSync('cmake', ['--install', path.join(root, 'build'), '--prefix', '/usr'],
        { encoding: 'utf8', env: cleanEnvironment({ DESTDIR: path.join(share, 'installed') }) });
    assert.equal(done.status, 0, done.stderr);
    fs.writeFileSync(path.join(share, 'nginx.conf'), readmeNginxConfiguration());
}

// The README's commands below its configuration.
function commands() {
    const [, block] = /\n### nginx and fcgiwrap\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme);
    return block.replaceAll('sudo ', '');
}

if (process.getuid() === 0) {
    test('nginx and fcgiwrap under systemd, as the README has them', async (t) => {
        const machine = await startSystemd(t, fill);
        const save = (note) => machine.run('curl -s -m 30 -H "Content-Type: application/json" -w " %{http_code}" ' +
            `-d '{"note":"${note}"}' http://localhost:5000/api/data`);
        assert.equal(machine.run(installation), 'ok\n');
        machine.run(`set -e; ${commands()}`);

        await t.test('a document is saved and loaded', () => {
            assert.match(machine.run('curl -s -m 30 -o /dev/null -D - http://localhost:5000/'), /^Server: nginx/m);
            assert.equal(machine.status('systemctl is-active schedule-cgi').stdout, 'inactive\n');
            assert.match(save('first'), /^\{"ok":true.* 200$/);
            assert.equal(JSON.parse(machine.run('curl -s -m 30 "http://[::1]:5000/api/data"')).note, 'first');
            assert.match(machine.run('curl -s -m 30 http://localhost:5000/'), /<title>项目排期/);
            assert.match(machine.run('journalctl -u schedule-fcgiwrap -o cat'),
                / POST \/api\/data 数据保存成功: \/var\/lib\/schedule-cgi\//);
        });

        await t.test('others neither read it nor reach the program', () => {
            assert.equal(machine.run('stat -c "%U:%G %a" /var/lib/schedule-cgi /run/schedule-fcgiwrap.sock'),
                'schedule-cgi:schedule-cgi 750\nroot:www-data 660\n');
            const connect = (user) => machine.status(`setpriv --reuid=${user} --regid=${user} --clear-groups ` +
                'curl -s -m 5 --unix-socket /run/schedule-fcgiwrap.sock http://localhost/').status;
            assert.equal(connect('games'), 7); // could not connect
            assert.equal(connect('www-data'), 52); // an answer that is none in HTTP
        });

        await t.test('settings are heeded, and nothing else can be written', () => {
            const set = (line) =>
                machine.run(`echo ${line} >/etc/schedule-cgi/settings; systemctl restart schedule-fcgiwrap`);
            set('SCHEDULE_MAX_BODY=20');
            assert.match(save('a long document'), /PAYLOAD_TOO_LARGE.* 413$/);
            for (const directory of ['/srv/plans', '/tmp/plans', '/var/tmp/plans', '']) {
                set(`SCHEDULE_DATA_DIR=${directory}`);
                assert.match(save('elsewhere'), /EROFS.* 503$/, directory);
            }
        });

        await t.test('a clone is served with what the README and the head of the unit have for it', () => {
            const [, change] = /^((?:#   .*\n)+)/m.exec(fs.readFileSync(units[1], 'utf8'));
            const [pages, program] = /`(root \/\S+)` and `(SCRIPT_FILENAME \/\S+)`/.exec(readme).slice(1);
            machine.run(`rm -r /etc/schedule-cgi /usr/libexec/schedule-cgi /usr/share/schedule-cgi
                cp -r /mnt /srv/schedule; mkdir /etc/systemd/system/schedule-fcgiwrap.service.d
                echo '${change.replace(/^# {3}/mg, '')}' >/etc/systemd/system/schedule-fcgiwrap.service.d/clone.conf
                sed -i 's|root   .*|${pages};|; s|SCRIPT_FILENAME .*|${program};|' /etc/nginx/nginx.conf
                systemctl daemon-reload; systemctl restart schedule-fcgiwrap nginx`);
            assert.match(save('clone'), /^\{"ok":true.* 200$/);
            assert.match(machine.run('curl -s -m 30 http://localhost:5000/'), /<title>项目排期/);
        });
    });
}
