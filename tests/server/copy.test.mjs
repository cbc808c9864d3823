// scripts/copy, as far as it takes no server.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { ask, dataDirectory, startSilence } from './instances.mjs';
import { Process, cleanEnvironment, root } from './servers.mjs';

function copy(settings, from, to) {
    return spawnSync(path.join(root, 'scripts/copy'), ['--from', from, '--to', to],
        { encoding: 'utf8', env: cleanEnvironment(settings) });
}

// A data directory with a document in it.
async function stored(t, document) {
    const data = dataDirectory(t);
    const answer = await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data }, { method: 'POST', body: JSON.stringify(document) });
    assert.equal(answer.status, 200, answer.text);
    return data;
}

test('an address stands for its own store, not for the one that the settings mean', async (t) => {
    const source = await stored(t, { a: 1 });
    for (const [from, to, target] of [
        [`file://${source}`, 'file', dataDirectory(t)],
        ['file', null, dataDirectory(t)],
    ]) {
        const settings = { SCHEDULE_DATA_DIR: from === 'file' ? source : target };
        const done = copy(settings, from, to ?? `file://${target}`);
        assert.equal(done.status, 0, done.stderr);
        assert.equal(fs.readFileSync(path.join(target, 'project-data.json'), 'utf8'), '{\n  "a": 1\n}');
    }
});

test('a log of savers that cannot be used is told of', async (t) => {
    const data = dataDirectory(t);
    const target = dataDirectory(t);
    await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data }, { method: 'POST', body: '{"a":1}', variables: { REMOTE_USER: 'anna' } });
    fs.mkdirSync(target);
    fs.symlinkSync('elsewhere', path.join(target, 'saved-by.log'));
    const refused = copy({}, `file://${data}`, `file://${target}`);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /ELOOP.*saved-by\.log/);
    fs.rmSync(path.join(target, 'saved-by.log'));
    fs.writeFileSync(path.join(target, 'other'), '');
    fs.linkSync(path.join(target, 'other'), path.join(target, 'saved-by.log'));
    const warned = copy({}, `file://${data}`, `file://${target}`);
    assert.equal(warned.status, 0, warned.stderr);
    assert.match(warned.stderr, /\[WARN\] 未能记录保存者: .*saved-by\.log' has another name/);
});

test('what can only be a mistake is refused, and nothing is made', async (t) => {
    const source = await stored(t, { a: 1 });
    const missing = dataDirectory(t);
    const empty = dataDirectory(t);
    const target = dataDirectory(t);
    fs.mkdirSync(empty);
    for (const [from, to, pattern] of [
        [`file://${source}`, `file://${source}/`, /both stores are the same/],
        [`file://${missing}`, `file://${target}`, /no such file or directory/],
        [`file://${empty}`, `file://${target}`, /nothing that could be copied/],
        [`file://${source}`, 'postgresql://u:geheim@127.0.0.1/db', /password among the arguments/],
        [`file://${source}`, 'postgresql://u:ge?heim@127.0.0.1/db', /password among the arguments/],
        [`file://${source}`, 'postgresql://127.0.0.1/db?password=geheim', /password among the arguments/],
        [`file://${source}`, 'ftp://127.0.0.1/', /file:\/\/\//],
        ['file:relative', `file://${target}`, /file:\/\/\//],
    ]) {
        const done = copy({}, from, to);
        assert.notEqual(done.status, 0, `${from} ${to}`);
        assert.match(done.stderr, pattern);
        assert.doesNotMatch(done.stdout + done.stderr, /geheim/);
    }
    assert.ok(!fs.existsSync(missing) && !fs.existsSync(path.join(target, 'project-data.json')));
});

test('a server that says nothing is not waited for', async (t) => {
    const source = await stored(t, { a: 1 });
    const port = await startSilence(t);
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', SCHEDULE_STORE_TIMEOUT_MS: '500' };
    for (const target of [`postgresql://u@127.0.0.1:${port}/db`, `http://127.0.0.1:${port}/plans/`]) {
        const started = performance.now();
        const done = new Process(path.join(root, 'build/cgi/schedule-copy'), ['--from', `file://${source}`, '--to', target],
            { env: cleanEnvironment(keys) });
        const { code } = await done.exited;
        assert.equal(code, 1, done.log);
        assert.match(done.log, new RegExp(`127\\.0\\.0\\.1.*${port}`));
        assert.ok(performance.now() - started < 5000);
    }
});
