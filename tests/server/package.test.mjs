// The package of scripts/package as a function platform runs it: mounted read-only, by a user without rights, in a root
// that has a shell and its usual tools, but no web server and no library of ours, and where /tmp alone can be written to.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { exampleRun, examples, readme } from './readme_examples.mjs';
import { Process, cleanEnvironment, freePort, post, request, root, temporaryDirectory } from './servers.mjs';

const isRoot = process.getuid() === 0;
const nobody = 65534;

// What the scripts of a package take, and no more: less than the smallest Debian has.
const tools = ['bash', 'cat', 'chmod', 'date', 'dirname', 'env', 'grep', 'id', 'mkdir', 'mktemp', 'mv', 'rm', 'sed',
    'readlink', 'setpriv', 'setsid', 'sh', 'sleep', 'stat', 'sync', 'tr', 'true'];

function run(command, args, options = {}) {
    const done = spawnSync(command, args, { encoding: 'utf8', ...options });
    assert.equal(done.status, 0, `${command} ${args.join(' ')}: ${done.error ?? ''}\n${done.stdout}${done.stderr}`);
    return done.stdout;
}

// A root directory with these tools and their libraries.
function rootMake(target) {
    for (const name of ['usr/bin', 'usr/lib', 'usr/lib64', 'proc', 'dev', 'tmp', 'opt/bytefaas'])
        fs.mkdirSync(path.join(target, name), { recursive: true });
    for (const name of ['bin', 'lib', 'lib64'])
        fs.symlinkSync(`usr/${name}`, path.join(target, name));
    fs.writeFileSync(path.join(target, 'dev/null'), '');
    const programs = tools.map((tool) => run('bash', ['-c', `type -P ${tool}`]).trim());
    for (const program of programs)
        fs.copyFileSync(program, path.join(target, 'usr/bin', path.basename(program)));
    for (const [, library] of run('ldd', programs).matchAll(/^\t(?:\S+ => )?(\/\S+) \(/gm)) {
        fs.mkdirSync(path.join(target, path.dirname(library)), { recursive: true });
        fs.copyFileSync(library, path.join(target, library));
    }
}

// In namespaces of its own, as process 1: the package goes where the platform puts it, /tmp is the test's, and
// all else is read-only.
const enter = `
set -eo pipefail
mount --bind "$TEST_ROOT" "$TEST_ROOT"
mount --bind "$TEST_PACKAGE" "$TEST_ROOT/opt/bytefaas"
mount -o remount,bind,ro "$TEST_ROOT/opt/bytefaas"
mount --bind "$TEST_TMP" "$TEST_ROOT/tmp"
mount --bind /dev/null "$TEST_ROOT/dev/null"
mount -t proc proc "$TEST_ROOT/proc"
mount -o remount,bind,ro "$TEST_ROOT"
for place in / /opt/bytefaas /dev; do
    (LC_ALL=C touch "$TEST_ROOT$place/probe" || true) 2>&1 | grep -q 'Read-only file system'
done
chroot=$(command -v chroot)
exec env -i PATH=/usr/bin:/bin "$@" "$chroot" "$TEST_ROOT" \\
    setpriv ${isRoot ? `--reuid=${nobody} --regid=${nobody} --clear-groups` : ''} --no-new-privs \\
    sh -c 'cd /opt/bytefaas; exec ./run.sh'
`;

// Started by the platform with these variables. Stops with the test.
async function startPlatform(t, { directory, variables }) {
    const namespaces = [isRoot ? '-m' : '-rm', '--pid', '--fork'];
    const server = new Process('unshare', [...namespaces, 'bash', '-c', enter, 'bash', ...variables], {
        env: {
            ...cleanEnvironment({
                TEST_ROOT: path.join(directory, 'root'), TEST_PACKAGE: path.join(directory, 'package'),
                TEST_TMP: path.join(directory, 'tmp'),
            }),
            PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
        },
    });
    // Process 1 of the namespaces, with which all others in them end.
    const { pid } = server.child;
    const children = () => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    await server.until(() => children() !== '', 'the first process');
    const first = Number(children());
    const kill = () => {
        if (server.running)
            process.kill(first, 'SIGKILL');
        return server.exited;
    };
    t.after(kill);
    await server.untilServing();
    return { server, first, kill };
}

// One save of the whole document that starts from this revision, repeated as the answer wants it; or null if the server
// went away.
async function save(port, base, document) {
    for (;;) {
        const answer = await request(port, 'POST', `/api/data?base=${base}`,
            { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(document) }).catch(() => null);
        if (answer?.status !== 503)
            return answer;
        await sleep(200);
    }
}

async function loaded(port) {
    const answer = await request(port, 'GET', '/api/data');
    assert.equal(answer.status, 200, answer.text);
    return { revision: answer.headers.etag.replaceAll('"', ''), document: answer.json };
}

test('the package, as a function platform runs it', async (t) => {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const made = run(path.join(root, 'scripts/package'), [], { env: cleanEnvironment({}) });
    const [, archive] = /^Made (\S+)\.tar\.gz and \.zip$/m.exec(made);
    const name = path.basename(archive);
    const tree = path.join(directory, 'package');
    for (const place of ['package', 'tar', 'zip/build', 'tmp', 'root'])
        fs.mkdirSync(path.join(directory, place), { recursive: true });
    fs.chmodSync(path.join(directory, 'tmp'), 0o1777);
    // As the README packs it for a platform, which unpacks it.
    const [, pack] = /```sh\n(cd build && unzip .*)\n```/.exec(readme);
    fs.copyFileSync(`${archive}.zip`, path.join(directory, 'zip/build', `${name}.zip`));
    run('bash', ['-ec', pack], { cwd: path.join(directory, 'zip') });
    run('unzip', ['-q', path.join(directory, 'zip/build/code.zip'), '-d', tree]);
    rootMake(path.join(directory, 'root'));

    await t.test('both archives hold one directory, and the same in it', () => {
        assert.match(name, /^schedule-cgi-\d+\.\d+\.\d+-linux-\w+$/);
        const [tar, zip] = [path.join(directory, 'tar'), path.join(directory, 'zip/build')];
        run('tar', ['-xzf', `${archive}.tar.gz`, '-C', tar]);
        assert.deepEqual(fs.readdirSync(tar), [name]);
        assert.deepEqual(fs.readdirSync(zip).sort(), ['code.zip', name, `${name}.zip`].sort());
        const list = (place) => run('find', ['.', '-printf', '%P %m %s\n'], { cwd: path.join(place, name) }).split('\n').sort();
        assert.deepEqual(list(zip), list(tar));
        run('diff', ['-r', path.join(tar, name), path.join(zip, name)]);
    });

    await t.test('run.sh can be started, and no script has carriage returns', () => {
        for (const script of ['run.sh', 'scripts/serve', 'scripts/backup', 'scripts/restore'])
            assert.equal(fs.statSync(path.join(tree, script)).mode & 0o777, 0o755, script);
        for (const script of ['run.sh', 'lighttpd.conf', ...fs.readdirSync(path.join(tree, 'scripts')).map((file) => `scripts/${file}`)])
            assert.ok(!fs.readFileSync(path.join(tree, script)).includes('\r'), script);
    });

    await t.test('there is a licence for all that comes from elsewhere', () => {
        const licences = fs.readdirSync(path.join(tree, 'licences'));
        for (const known of ['lighttpd.txt', 'libc6.txt', 'libpcre2-8-0.txt', 'libjansson-dev.txt', 'musl-dev.txt',
            'dhtmlx-gantt.txt', 'common-LGPL-2.1.txt', 'README.txt'])
            assert.ok(licences.includes(known), `${known}: ${licences}`);
        for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'schedule.cgi.8'])
            assert.ok(fs.statSync(path.join(tree, file)).size > 0, file);
    });

    const port = await freePort();
    const start = (variables) => startPlatform(t, { directory, variables });
    let running = await start([`_BYTEFAAS_RUNTIME_PORT=${port}`, '_FAAS_RUNTIME_PORT=1', 'PORT=1']);

    await t.test('it answers on IPv4 and IPv6', async () => {
        for (const host of ['127.0.0.1', '::1']) {
            assert.equal((await request(port, 'GET', '/v1/ping', { host })).text, 'ok\n');
            assert.match((await request(port, 'GET', '/', { host })).text, /<title>项目排期/);
        }
    });

    await t.test('it runs without rights, and finds nothing of ours but the package', () => {
        const status = fs.readFileSync(`/proc/${running.first}/status`, 'utf8');
        assert.match(status, new RegExp(`^Uid:\\s+${isRoot ? nobody : process.getuid()}\\s`, 'm'));
        const elsewhere = run('find', [path.join(directory, 'root'), '-name', '*jansson*', '-o', '-name', '*lighttpd*']);
        assert.equal(elsewhere, '');
    });

    await t.test('the README\'s examples print what it shows', async (inner) => {
        const asked = examples().filter(({ command }) => command.includes('localhost:5000'));
        assert.ok(asked.length >= 15);
        for (const example of asked) {
            await inner.test(example.command, () => {
                const { printed, wanted } = exampleRun(example, port);
                assert.equal(printed, wanted);
            });
        }
    });

    await t.test('200 saves at the same time are all there', async () => {
        const { revision, document } = await loaded(port);
        const ids = Array.from({ length: 200 }, (_, i) => `at-once-${i}`);
        const answers = await Promise.all(ids.map((id) =>
            save(port, revision, { ...document, tasks: [...document.tasks ?? [], { id }] })));
        assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200], running.server.log.slice(-2000));
        const there = new Set((await loaded(port)).document.tasks.map(({ id }) => id));
        assert.deepEqual(ids.filter((id) => !there.has(id)), []);
    });

    await t.test('all of it killed during saves and started anew, nothing acknowledged is lost', async () => {
        const acknowledged = [];
        for (const [round, variable] of ['_FAAS_RUNTIME_PORT', 'PORT', '_BYTEFAAS_RUNTIME_PORT'].entries()) {
            const { revision, document } = await loaded(port);
            let killed = false;
            const saver = async (number) => {
                for (let i = 0; !killed; i += 1) {
                    const id = `killed-${round}-${number}-${i}`;
                    const answer = await save(port, revision, { ...document, tasks: [...document.tasks, { id }] });
                    if (answer?.status === 200)
                        acknowledged.push(id);
                }
            };
            const savers = Array.from({ length: 8 }, (_, number) => saver(number));
            await running.server.until(() => acknowledged.length >= 20 * (round + 1), 'some saves');
            await running.kill();
            killed = true;
            await Promise.all(savers);
            running = await start([`${variable}=${port}`]);
            const there = new Set((await loaded(port)).document.tasks.map(({ id }) => id));
            assert.deepEqual(acknowledged.filter((id) => !there.has(id)), []);
        }
    });

    await t.test('backup and restore work there, too', async () => {
        const script = (...args) => run('nsenter', ['-t', String(running.first), '-m', '-r',
            ...(isRoot ? ['-S', String(nobody), '-G', String(nobody)] : ['-U', '--preserve-credentials']),
            '/usr/bin/env', '-i', 'PATH=/usr/bin:/bin', ...args]);
        const before = (await loaded(port)).document;
        const [, revision] = /^Kept revision (\d+) of /.exec(script('/opt/bytefaas/scripts/backup'));
        await post(port, { other: 1 });
        assert.match(script('/opt/bytefaas/scripts/restore'), new RegExp(`^${revision} .* pinned$`, 'm'));
        script('/opt/bytefaas/scripts/restore', revision);
        assert.deepEqual((await loaded(port)).document, before);
    });

    await t.test('all that it writes is in one directory', () => {
        assert.deepEqual(fs.readdirSync(path.join(directory, 'tmp')), ['project-schedule-data']);
        assert.match(running.server.output, /^Data in \/tmp\/project-schedule-data; /m);
    });

    await t.test('SIGTERM lets a save end that is under way, and then ends it', async () => {
        const body = JSON.stringify({ tasks: [{ id: 'late' }] });
        const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' };
        const sent = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/api/data', headers });
        const answer = once(sent, 'response').then(([response]) => response.resume().statusCode);
        sent.flushHeaders();
        await once(sent, 'continue');
        sent.write(body.slice(0, 5));
        process.kill(running.first, 'SIGTERM');
        await running.server.until(() => request(port, 'GET', '/v1/ping', { agent: false }).then(() => false, () => true),
            'the end of listening');
        sent.end(body.slice(5));
        assert.equal(await answer, 200);
        const { code } = await running.server.exited;
        assert.equal(code, 0, running.server.log.slice(-1000));
        const stored = fs.readFileSync(path.join(directory, 'tmp/project-schedule-data/project-data.json'), 'utf8');
        assert.match(stored, /"late"/);
        assert.match(running.server.log, /\[INFO\] POST \/api\/data 数据保存成功: /);
    });
});
