// The README's commands, run in its order against a fresh server, must print what it says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { exampleRun, examples, readme, shell } from './readme_examples.mjs';
import { root, startLighttpd, temporaryDirectory } from './servers.mjs';

test('the examples print what the README shows', async (t) => {
    const running = await startLighttpd(t);
    const all = examples();
    assert.ok(all.length >= 8);
    for (const example of all) {
        await t.test(example.command, () => {
            const { printed, wanted } = exampleRun(example, running.port, { SCHEDULE_DATA_DIR: running.data });
            assert.equal(printed, wanted);
        });
    }
});

test('backup and restore as described', (t) => {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true }));
    const settings = { SCHEDULE_DATA_DIR: path.join(directory, 'data') };
    const file = path.join(settings.SCHEDULE_DATA_DIR, 'project-data.json');
    const [, block] = /## Backup and restore[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme);
    const [pin, write, list, restore, restoreFile] = block.trim().split('\n').map((line) => line.replace(/ *#.*/, ''));
    const run = (command) => {
        const done = shell(command, settings);
        assert.equal(done.status, 0, `${command}\n${done.stdout}${done.stderr}`);
        return done.stdout;
    };
    const save = (document, user = '') =>
        run(`echo '${document}' | REMOTE_USER='${user}' REQUEST_METHOD=POST build/cgi/schedule.cgi`);
    const stored = () => JSON.stringify(JSON.parse(fs.readFileSync(file, 'utf8')));
    assert.match(run(list), /^There are no backups in /);
    save('{"a":1}');
    const [, revision] = /^Kept revision (\d+) of /.exec(run(pin));
    const [, written] = / to (\S+\.json); /.exec(run(write.replace('DIR', directory)));
    assert.equal(fs.readFileSync(written, 'utf8'), fs.readFileSync(file, 'utf8'));
    save('{"b":2}', 'Li, Na');
    save('{"b":3}');
    assert.match(run(list), /^\d+ .*  replaced, saved by Li, Na$/m);
    assert.match(run(list), new RegExp(`^${revision} +2\\d{3}-\\S+Z +\\d+  pinned$`, 'm'));
    assert.match(run(restore.replace('REVISION', revision)),
        new RegExp(`^Restored ${revision} as revision \\d+ in ${settings.SCHEDULE_DATA_DIR}\\.$`, 'm'));
    assert.equal(stored(), '{"a":1}');
    save('{"c":3}');
    run(restoreFile.replace('FILE', written));
    assert.equal(stored(), '{"a":1}');
    fs.writeFileSync(file, '{"half');
    run(restore.replace('REVISION', revision));
    assert.equal(stored(), '{"a":1}');
    const [, copy] = /`(cp [^`]*)` at any moment/.exec(readme);
    run(copy.replace(/ DIR$/, ` ${directory}`));
    assert.equal(fs.readFileSync(path.join(directory, 'project-data.json'), 'utf8'), fs.readFileSync(file, 'utf8'));
    for (const wrong of ['scripts/restore 12', 'scripts/restore nowhere', `scripts/restore ${directory}/data/data.lock`,
        'scripts/backup --to /nowhere', 'scripts/backup --to=', 'scripts/backup now'])
        assert.notEqual(shell(wrong, settings).status, 0, wrong);
    assert.equal(stored(), '{"a":1}');
});

// Without these the program has nothing to tell.
const keys = { SCHEDULE_S3_URL: 'https://store.invalid/plans/', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

test('the table of settings has the defaults of the program', () => {
    const told = new Map();
    for (const [program, settings] of [['schedule.cgi', {}], ['schedule-postgres.cgi', {}], ['schedule-s3.cgi', keys]]) {
        const { stdout } = shell(`build/cgi/${program}`, settings);
        for (const [, name, value] of stdout.matchAll(/^ {2}(SCHEDULE_\w+)=(.*)$/gm)) {
            if (!told.has(name))
                told.set(name, name in keys ? 'none' : value || 'none');
        }
    }
    const table = [...readme.matchAll(/^\| `(SCHEDULE_\w+)` \| `?([^`|]*?)`? \|/gm)].map(([, name, value]) => [name, value]);
    // It may hold a password, so the program does not show it.
    assert.deepEqual(table.pop(), ['SCHEDULE_S3_PROXY', 'none']);
    assert.equal(told.size, 11);
    assert.deepEqual(table, [...told]);
});

test('it builds as described', () => {
    const directory = temporaryDirectory();
    const [, command] = /To build without serving: `([^`]*)`/.exec(readme);
    const done = spawnSync('bash', ['-c', command.replaceAll(' build', ` ${directory}/build`).replace('-B', `-S ${root} -B`)],
        { cwd: directory, encoding: 'utf8', env: { ...process.env, CMAKE_BUILD_TYPE: 'Debug' } }); // sooner done
    assert.equal(done.status, 0, done.stderr);
    const answer = spawnSync(path.join(directory, 'build/cgi/schedule.cgi'),
        { encoding: 'utf8', env: { REQUEST_METHOD: 'GET', SCHEDULE_DATA_DIR: path.join(directory, 'data') } });
    assert.match(answer.stdout, /^Status: 200 OK$/m);
    fs.rmSync(directory, { recursive: true });
});
