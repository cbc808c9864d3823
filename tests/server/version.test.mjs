// The version is said in one place, and the manual page is README.md's table of settings.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { cleanEnvironment, root, temporaryDirectory } from './servers.mjs';

const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const [, version] = /^project\(schedule-cgi VERSION (\d+\.\d+\.\d+) /m.exec(read('CMakeLists.txt'));

function run(command, args, options = {}) {
    return spawnSync(command, args, { encoding: 'utf8', env: cleanEnvironment({}), ...options });
}

test('programs and health have the version of CMakeLists.txt', () => {
    for (const kind of ['schedule', 'schedule-postgres', 'schedule-s3']) {
        const { status, stdout, stderr } = run(path.join(root, `build/cgi/${kind}.cgi`), ['--version']);
        assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `schedule-cgi ${version}\n`, stderr: '' });
    }
    const directory = temporaryDirectory();
    const { stdout } = run(path.join(root, 'build/cgi/schedule.cgi'), [],
        { env: cleanEnvironment({ REQUEST_METHOD: 'GET', PATH_INFO: '/health', SCHEDULE_DATA_DIR: directory }) });
    assert.equal(JSON.parse(stdout.split('\n\n')[1]).version, version);
    fs.rmSync(directory, { recursive: true });
});

test('the latest that CHANGELOG.md tells of is this version', () => {
    const [, released, date] = /^## \[(.+)\] - (.+)$/m.exec(read('CHANGELOG.md'));
    assert.equal(released, version);
    assert.equal(new Date(date).toISOString().slice(0, 10), date);
});

// What is left of markdown: words.
function words(text) {
    return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '').split(/\s+/).filter((word) => word !== '');
}

// The sections of a manual page, as it is read; groff has nothing to say against it.
function sections(page) {
    const { status, stdout, stderr } = run('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page],
        { env: cleanEnvironment({ MANWIDTH: '400', LC_ALL: 'C.UTF-8' }) });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const parts = stdout.replace(/\x1b\[[0-9;]*m|.\x08/g, '').split(/\n(?=[A-Z])/);
    return new Map(parts.map((part) => [part.split('\n')[0], part]));
}

// A manual page of README.md as `change` makes it.
function pageMake(t, change = (text) => text, wanted = version) {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true }));
    for (const file of ['scripts/man', 'cgi/schedule.cgi.8.in', 'CHANGELOG.md']) {
        fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
        fs.copyFileSync(path.join(root, file), path.join(directory, file));
    }
    fs.writeFileSync(path.join(directory, 'README.md'), change(read('README.md')));
    const page = path.join(directory, 'page.8');
    const { status, stderr } = run(path.join(directory, 'scripts/man'), [wanted, page]);
    const pages = fs.readdirSync(directory).filter((name) => name.startsWith('page'));
    assert.deepEqual(pages, status === 0 ? ['page.8'] : []);
    return { status, stderr, page };
}

test('the manual page has all that README.md says of settings', (t) => {
    const { status, stderr, page } = pageMake(t);
    assert.equal(status, 0, stderr);
    const told = sections(page);
    assert.deepEqual([...told.keys()].slice(1), ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'ENVIRONMENT', 'FILES',
        'EXIT STATUS', 'LOG', 'EXAMPLES', 'SEE ALSO']);

    const [, settings] = /\n## Settings\n([\s\S]*?)\n## /.exec(read('README.md'));
    const [, rows, rest] = /\n\|---\|---\|---\|\n((?:\|.*\n)+)([\s\S]*)$/.exec(settings);
    const expected = rows.trim().split('\n').map((row) => row.slice(2, -2).split(' | '))
        .map(([name, ...rest]) => `${name} (default: ${rest.join(') ')}`.replace('(default: none)', '(no default)'));
    const environment = words(told.get('ENVIRONMENT')).join(' ');
    assert.ok(environment.includes(words(expected.join(' ')).join(' ')), environment);
    assert.equal(environment.match(/SCHEDULE_\w+ \(/g).length, expected.length);
    const everything = words([...told.values()].join(' ')).join(' ');
    for (const paragraph of rest.trim().split('\n\n'))
        assert.ok(everything.includes(words(paragraph).join(' ')), `${paragraph}\n${everything}`);
});

test('the manual page takes characters that mean something to groff', (t) => {
    const odd = "| `SCHEDULE_ODD` | `it's` | .begins `'` with \\ and `--a\\~^b`, [as](#b) \\fI. 'Next' `.` |";
    const { page } = pageMake(t, (text) => text.replace(/^\| `SCHEDULE_STORE`/m, `${odd}\n$&`));
    const environment = words(sections(page).get('ENVIRONMENT')).join(' ');
    const wanted = "SCHEDULE_ODD (default: it's) .begins ' with \\ and --a\\~^b, as \\fI. 'Next' .";
    assert.ok(environment.includes(` ${wanted} `), environment);
    // Debian's groff is lenient with these: others make typographic ones of them, which no shell takes.
    const roff = fs.readFileSync(page, 'utf8');
    for (const literal of ['\\fBit\\(aqs\\fP', '\\fB\\-\\-a\\e\\(ti\\(hab\\fP'])
        assert.ok(roff.includes(literal), roff);
});

test('no page is made of what has no settings, or not this version', (t) => {
    for (const [change, message] of [
        [(text) => text.replace(/^\| `SCHEDULE_.*\n/gm, ''), /has nothing for @SETTINGS@/],
        [(text) => text.replace('## Settings', '## Variables'), /has nothing for @SETTINGS@/],
        [(text) => text.replace(/^(\| `SCHEDULE_STORE` \|).*$/m, '$1 `file` |'), /no row of a setting/],
        [(text) => text.replace('The data directory must', '```sh\nThe data directory must'), /no way is known/],
    ]) {
        const { status, stderr } = pageMake(t, change);
        assert.notEqual(status, 0);
        assert.match(stderr, message);
    }
    assert.match(pageMake(t, (text) => text, '0.0.1').stderr, /CHANGELOG\.md has no/);
});
