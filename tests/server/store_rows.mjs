// What is the same for stores on servers, whichever it is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { ask, dataDirectory } from './instances.mjs';
import { cleanEnvironment, root } from './servers.mjs';

// Each request is refused in time, says what is wrong with which server (`pattern`), and no secret: those
// of the tests have "geheim" in them.
export async function checkRefused(program, settings, pattern, { retry }) {
    for (const options of [{}, { method: 'POST', body: '{"a":2}' }, { address: '/health' }]) {
        const answer = await ask(program, settings, options);
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.json.details, pattern);
        assert.match(answer.log, pattern);
        assert.ok(answer.milliseconds < 4000, `${answer.milliseconds} ms`);
        if (options.address === undefined)
            assert.equal(answer.headers['retry-after'], retry ? '5' : undefined);
        assert.doesNotMatch(answer.text + answer.log, /geheim/);
        assert.ok(!(answer.text + answer.log).includes(settings.AWS_SECRET_ACCESS_KEY ?? 'geheim'));
    }
}

// `settings()` are those of a place of its own.
export function testScripts(program, settings) {
    test('scripts work on it, and a document moves from a directory into it and back', async (t) => {
        const own = settings();
        const [data, back] = [dataDirectory(t), dataDirectory(t)];
        const run = (script, ...args) => {
            const done = spawnSync(path.join(root, 'scripts', script), args, { encoding: 'utf8', env: cleanEnvironment(own) });
            assert.equal(done.status, 0, done.stdout + done.stderr);
            return done.stdout;
        };
        const revisions = [];
        for (const a of [1, 2, 3]) {
            const saved = await ask('schedule.cgi', { SCHEDULE_DATA_DIR: data }, { method: 'POST', body: `{"a":${a}}` });
            revisions.push(saved.headers.etag);
        }
        assert.match(run('copy', '--from', `file://${data}`, '--to', own.SCHEDULE_STORE),
            /^Copied and compared revision \d{13} and 2 backups/);
        const loaded = await ask(program, own);
        assert.equal(loaded.headers.etag, revisions[2]);
        assert.equal(loaded.json.a, 3);
        assert.match(run('restore'), /replaced/);
        run('restore', revisions[0].slice(1, -1));
        assert.equal((await ask(program, own)).json.a, 1);
        assert.match(run('backup'), /^Kept revision /);
        assert.match(run('backup', `--to=${path.dirname(data)}`), /^Wrote revision /);
        run('copy', '--from', own.SCHEDULE_STORE, '--to', `file://${back}`);
        assert.equal(fs.readFileSync(path.join(back, 'project-data.json'), 'utf8'), '{\n  "a": 1\n}');
        const kept = (kind) => fs.readdirSync(back).filter((name) => name.startsWith(kind)).length;
        assert.deepEqual([kept('backup-'), kept('pinned-')], [3, 1]);
    });
}
