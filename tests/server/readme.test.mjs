// The README's commands, run in its order against a fresh server, must print what it says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { cleanEnvironment, root, startLighttpd, temporaryDirectory } from './servers.mjs';

const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');

// [{command, output}] of every console block.
function examples() {
    const found = [];
    for (const [, block] of readme.matchAll(/```console\n([\s\S]*?)```/g)) {
        for (const part of block.split(/^\$ /m).slice(1)) {
            const end = part.indexOf('\n');
            found.push({ command: part.slice(0, end), output: part.slice(end + 1) });
        }
    }
    return found;
}

function shell(command, settings) {
    return spawnSync('bash', ['-c', command],
        { cwd: root, encoding: 'utf8', env: cleanEnvironment(settings) });
}

test('the examples print what the README shows', async (t) => {
    const running = await startLighttpd(t);
    const all = examples();
    assert.ok(all.length >= 8);
    for (const { command, output } of all) {
        await t.test(command, () => {
            const done = shell(command.replaceAll('localhost:5000', `localhost:${running.port}`),
                { SCHEDULE_DATA_DIR: running.data });
            assert.equal(done.stdout.replaceAll('\r', '').trimEnd(), output.trimEnd());
        });
    }
});

test('backup and restore as described', () => {
    const directory = temporaryDirectory();
    const settings = { SCHEDULE_DATA_DIR: path.join(directory, 'data') };
    const [, backup, restore] =
        /`(cp [^`]*)` at any moment[\s\S]*?To restore it[^`]*`([^`]*)`/.exec(readme);
    const here = (command) => shell(command.replaceAll('backup.json', `${directory}/backup.json`), settings);
    assert.equal(shell(`echo '{"a":1}' | REQUEST_METHOD=POST build/cgi/schedule.cgi`, settings).status, 0);
    assert.equal(here(backup).status, 0);
    assert.equal(shell(`echo '{"b":2}' | REQUEST_METHOD=POST build/cgi/schedule.cgi`, settings).status, 0);
    assert.match(here(restore).stdout, /^Status: 200 OK$/m);
    assert.equal(fs.readFileSync(path.join(settings.SCHEDULE_DATA_DIR, 'project-data.json'), 'utf8'),
        '{\n  "a": 1\n}');
    fs.rmSync(directory, { recursive: true });
});

test('the table of settings has the defaults of the program', () => {
    const { stdout } = shell('build/cgi/schedule.cgi', {});
    const told = [...stdout.matchAll(/^ {2}(SCHEDULE_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value || 'none']);
    const table = [...readme.matchAll(/^\| `(SCHEDULE_\w+)` \| `?([^`|]*?)`? \|/gm)].map(([, name, value]) => [name, value]);
    assert.equal(told.length, 4);
    assert.deepEqual(table, told);
});

test('it builds as described', () => {
    const directory = temporaryDirectory();
    const [, command] = /To build without serving: `([^`]*)`/.exec(readme);
    const done = spawnSync('bash', ['-c', command.replaceAll(' build', ` ${directory}/build`).replace('-B', `-S ${root} -B`)],
        { cwd: directory, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    const answer = spawnSync(path.join(directory, 'build/cgi/schedule.cgi'),
        { encoding: 'utf8', env: { REQUEST_METHOD: 'GET', SCHEDULE_DATA_DIR: path.join(directory, 'data') } });
    assert.match(answer.stdout, /^Status: 200 OK$/m);
    fs.rmSync(directory, { recursive: true });
});
