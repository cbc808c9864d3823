// scripts/Containerfile, as far as it can be tried without a container engine: what it takes is there, and its health
// check tells a server that works from others. The package that it makes is tried by package.test.mjs.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { cleanEnvironment, freePort, post, root, startLighttpd, startTcpServer } from './servers.mjs';

// [{name, text}], stage by stage.
const stages = fs.readFileSync(path.join(root, 'scripts/Containerfile'), 'utf8')
    .replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '').trim().split(/^(?=FROM )/m).slice(1)
    .map((stage) => [...stage.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, name, text]) => ({ name, text })));
const [build, image] = stages;

const all = (stage, name) => stage.filter((instruction) => instruction.name === name).map(({ text }) => text);
const only = (stage, name) => {
    assert.equal(all(stage, name).length, 1, name);
    return all(stage, name)[0];
};

test('there are two stages, and both are Debian', () => {
    assert.equal(stages.length, 2);
    assert.equal(only(build, 'FROM'), 'debian:12-slim AS build');
    assert.equal(only(image, 'FROM'), 'debian:12-slim');
});

test('what it copies is all that there is to build from', () => {
    const copied = all(build, 'COPY').flatMap((text) => text.split(' ').slice(0, -1));
    const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'],
        { cwd: root, encoding: 'utf8' });
    const there = new Set(stdout.trim().split('\n').map((file) => file.split('/')[0]));
    const left = ['.ci', '.clang-format', '.clang-tidy', '.github', '.gitignore', 'CMakePresets.json', 'tests'];
    assert.deepEqual([...copied, ...left].sort(), [...there].sort());
    for (const text of all(build, 'COPY')) {
        const [source] = text.split(' ');
        if (fs.statSync(path.join(root, source)).isDirectory())
            assert.equal(text, `${source} /src/${source}`);
    }
});

test('what it runs and starts can be', () => {
    assert.ok(all(build, 'RUN').includes('scripts/package'));
    assert.equal(only(build, 'WORKDIR'), '/src');
    fs.accessSync(path.join(root, 'scripts/package'), fs.constants.X_OK);
    const taken = all(image, 'COPY').map((text) => text.split(' '));
    assert.deepEqual(taken[0], ['--from=build', '/package', '/opt/schedule-cgi']);
    assert.deepEqual(JSON.parse(only(image, 'ENTRYPOINT')), ['/opt/schedule-cgi/run.sh']);
    fs.accessSync(path.join(root, 'scripts/package_files/run.sh'), fs.constants.X_OK);
});

const variables = Object.fromEntries(only(image, 'ENV').split(' ').map((pair) => pair.split('=')));

test('it runs as nobody else and keeps the documents in its volume', () => {
    const [, user] = /^([1-9]\d{3,}):\1$/.exec(only(image, 'USER'));
    const [directory, port] = [only(image, 'VOLUME'), only(image, 'EXPOSE')];
    assert.ok(all(image, 'RUN').includes(`install -d -o ${user} -g ${user} ${directory}`));
    assert.deepEqual(variables, { SCHEDULE_STORE: '$SCHEDULE_STORE', SCHEDULE_DATA_DIR: directory, PORT: port });
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    for (const wanted of [`-p ${port}:${port} `, `-v schedule:${directory} `, `belongs to user ${user},`])
        assert.ok(readme.includes(wanted), wanted);
});

test('the health check tells whether it works', async (t) => {
    const [, command] = /^(?:--\S+ )+CMD (\[.*\])$/.exec(only(image, 'HEALTHCHECK'));
    const isHealthy = async (port) => {
        const [program, ...args] = JSON.parse(command);
        const check = spawn(program, args, { env: cleanEnvironment({ PORT: String(port) }), stdio: 'ignore' });
        const [status] = await once(check, 'close');
        return status === 0;
    };
    const { port, data, stop } = await startLighttpd(t);
    await t.test('of a new one', async () => assert.ok(await isHealthy(port)));
    await t.test('of one with a document, until that is damaged', async () => {
        assert.equal((await post(port, { projects: [] })).status, 200);
        assert.ok(await isHealthy(port));
        fs.writeFileSync(path.join(data, 'project-data.json'), '{');
        assert.ok(!await isHealthy(port));
    });
    await t.test('of one that is gone', async () => {
        await stop();
        assert.ok(!await isHealthy(port));
        assert.ok(!await isHealthy(await freePort()));
    });
    for (const [answer, healthy] of [['HTTP/1.0 401 Unauthorized', true], ['HTTP/1.0 500 Error', false], ['', false]]) {
        await t.test(`of one that answers '${answer}'`, async () => {
            const serve = (client) => client.once('data', () => client.end(`${answer}\r\n\r\n`));
            assert.equal(await isHealthy(await startTcpServer(t, serve)), healthy);
        });
    }
});
