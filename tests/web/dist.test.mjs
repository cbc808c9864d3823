// How scripts/dist.sh builds dist/ from web/: with small stand-ins for the page and for the Gantt library.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';

import { cleanEnvironment, root, temporaryDirectory } from '../server/servers.mjs';

const sources = {
    'web/index.html': `<!doctype html>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/gantt/dhtmlxgantt.css">
<link rel="stylesheet" href="/board/board.css">
<!-- modulepreload -->
<script type="module" src="/board/main.js"></script>
`,
    'web/v1/ping.txt': 'ok\n',
    'web/board/main.js': `import { gantt } from '/gantt/dhtmlxgantt.es.js';
import { dayOf } from './dates.js';
const later = () => import('./later.js');
fetch('/api/data');
`,
    'web/board/dates.js': 'export const dayOf = 1;\n',
    'web/board/later.js': "export { dayOf } from './dates.js';\n",
    'web/board/board.css': 'body { background: url(data:image/png;base64,AA==); }\n',
    'web/page.js~': 'of an editor',
    'web/package-lock.json': '  "integrity": "sha512-one"\n',
    'web/node_modules/.package-lock.json': '      "integrity": "sha512-one"\n',
    'web/node_modules/dhtmlx-gantt/LICENSE.md': 'MIT\n',
    'web/node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.es.js': `export const gantt = {};
//# sourceMappingURL=dhtmlxgantt.es.js.map
`,
    'web/node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.css': '@charset "UTF-8";' +
        '@font-face{font-family:Inter;src:url(https://fonts.gstatic.com/a.ttf) format("truetype")}' +
        '@font-face{font-family:icons;src:url(data:font/woff;base64,AA==)}' +
        '@font-face{font-family:Inter;font-weight:700;src:url(https://fonts.gstatic.com/b.ttf)}.gantt{color:red}',
};

// A clone in which nothing was built yet; it goes with the test `t`.
function clone(t, changes = {}) {
    const place = temporaryDirectory();
    t.after(() => fs.rmSync(place, { recursive: true }));
    fs.cpSync(path.join(root, 'scripts'), path.join(place, 'scripts'), { recursive: true });
    for (const [name, text] of Object.entries({ ...sources, ...changes })) {
        fs.mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
        fs.writeFileSync(path.join(place, name), text);
    }
    return place;
}

// `prelude` may put functions in the place of the commands and of those of common.sh.
function build(place, prelude = ':') {
    return spawnSync('bash', ['-euo', 'pipefail', '-c', `. scripts/common.sh; ${prelude}; dist_make`],
        { cwd: place, encoding: 'utf8', env: cleanEnvironment({}) });
}

// {name: text} of what was built. Scripts and styles are there compressed, too, and say the same.
function built(place) {
    const dist = path.join(place, 'dist');
    const names = fs.readdirSync(dist, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(dist, path.join(entry.parentPath ?? entry.path, entry.name)));
    const plain = names.filter((name) => !name.endsWith('.gz'));
    const compressed = plain.filter((name) => /\.(?:js|css)$/.test(name)).map((name) => `${name}.gz`);
    assert.deepEqual(names.filter((name) => name.endsWith('.gz')).sort(), compressed.sort());
    for (const name of compressed) {
        assert.deepEqual(zlib.gunzipSync(fs.readFileSync(path.join(dist, name))),
            fs.readFileSync(path.join(dist, name.slice(0, -3))), name);
    }
    return Object.fromEntries(plain.map((name) => [name, fs.readFileSync(path.join(dist, name), 'utf8')]));
}

function buildWell(place) {
    const done = build(place);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.equal(done.stdout + done.stderr, '');
    assert.deepEqual(fs.readdirSync(place).sort(), ['dist', 'scripts', 'web']);
    return built(place);
}

const nameOf = (files, pattern) => Object.keys(files).find((name) => pattern.test(name));
const boardHash = (files) => /-(\w+)\.js$/.exec(nameOf(files, /^board\/main-/))[1];

test('the page is built', async (t) => {
    const place = clone(t);
    const files = buildWell(place);
    const hash = boardHash(files);
    const library = nameOf(files, /^gantt\/dhtmlxgantt\.es-b0[0-9a-f]{10}\.js$/);
    const style = nameOf(files, /^gantt\/dhtmlxgantt-b0[0-9a-f]{10}\.css$/);

    await t.test('under names that carry hashes', () => {
        assert.match(hash, /^b0[0-9a-f]{10}$/);
        assert.deepEqual(Object.keys(files).sort(), [`board/board-${hash}.css`, `board/dates-${hash}.js`,
            `board/later-${hash}.js`, `board/main-${hash}.js`, 'gantt/LICENSE.md', style, library, 'index.html',
            'v1/ping.txt'].sort());
    });

    await t.test('which all that refers to them uses', () => {
        assert.equal(files[`board/main-${hash}.js`], `import { gantt } from '/${library}';
import { dayOf } from './dates-${hash}.js';
const later = () => import('./later-${hash}.js');
fetch('/api/data');
`);
        assert.equal(files[`board/later-${hash}.js`], `export { dayOf } from './dates-${hash}.js';\n`);
        assert.equal(files['index.html'], `<!doctype html>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/${style}">
<link rel="stylesheet" href="/board/board-${hash}.css">
<link rel="modulepreload" href="/${library}">
<link rel="modulepreload" href="/board/dates-${hash}.js">
<link rel="modulepreload" href="/board/later-${hash}.js">
<link rel="modulepreload" href="/board/main-${hash}.js">
<script type="module" src="/board/main-${hash}.js"></script>
`);
    });

    await t.test('the library without what it would ask of others', () => {
        assert.equal(files[library], 'export const gantt = {};\n');
        assert.equal(files[style],
            '@charset "UTF-8";@font-face{font-family:icons;src:url(data:font/woff;base64,AA==)}.gantt{color:red}');
    });

    await t.test('and left alone as long as it is the same', () => {
        const { ino } = fs.statSync(path.join(place, 'dist'));
        assert.deepEqual(buildWell(place), files);
        assert.equal(fs.statSync(path.join(place, 'dist')).ino, ino);
        fs.appendFileSync(path.join(place, 'dist/index.html'), ' ');
        assert.deepEqual(buildWell(place), files);
    });

    await t.test('a change of ours leaves the library its name, which a change of that gives another to all', () => {
        fs.appendFileSync(path.join(place, 'web/board/dates.js'), '// changed\n');
        const changed = buildWell(place);
        assert.notEqual(boardHash(changed), hash);
        assert.ok(library in changed && style in changed);
        fs.appendFileSync(path.join(place, 'web/node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.es.js'), '//\n');
        const upgraded = buildWell(place);
        assert.notEqual(boardHash(upgraded), boardHash(changed));
        assert.ok(!(library in upgraded) && style in upgraded);
    });
});

test('a page that is not complete is not built, and what was built stays', async (t) => {
    const place = clone(t);
    const files = buildWell(place);
    const mistakes = [
        ['web/board/main.js', "import './none.js';", /board\/main-\w+\.js refers to board\/none-\w+\.js, which is not/],
        ['web/board/main.js', 'import "./dates.js";', /board\/main-\w+\.js refers to board\/dates\.js, which is not/],
        ['web/board/main.js', "import('/gantt/other.js')", /refers to gantt\/other\.js, which is not/],
        ['web/index.html', '<!-- modulepreload --><link href="/board/none.css">',
            /index\.html refers to board\/none-\w+\.css, which is not/],
        ['web/index.html', '<!-- modulepreload --><link href="/icon.svg">', /index\.html refers to icon\.svg, which is/],
        ['web/index.html', '<link rel="stylesheet" href="/board/board.css">', /has no <!-- modulepreload -->/],
        ['web/index.html', '<!-- modulepreload --><script src="https://cdn.example.org/x"></script>',
            /does not bring along: .*cdn\.example\.org/],
        ['web/board/board.css', '@font-face { src: url("https://fonts.example.org/x.woff"); }',
            /does not bring along: .*fonts\.example\.org/],
        ['web/board/board.css', 'a { background: url(//x.example.org/y) }', /does not bring along: .*x\.example\.org/],
        ['web/board/board.css', "@import 'x.css';", /does not bring along: .*@import/],
        ['web/node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.es.js', "'https://fonts.example.org/css'",
            /does not bring along: .*fonts\.example\.org/],
    ];
    for (const [name, text, message] of mistakes) {
        await t.test(`${name}: ${text}`, () => {
            fs.writeFileSync(path.join(place, name), text);
            const done = build(place);
            fs.writeFileSync(path.join(place, name), sources[name]);
            assert.equal(done.status, 1, done.stdout + done.stderr);
            assert.match(done.stderr, message);
            assert.deepEqual(built(place), files);
        });
    }
    assert.deepEqual(buildWell(place), files);
});

test('npm', async (t) => {
    const place = clone(t, { 'web/node_modules/.package-lock.json': '      "integrity": "sha512-old"\n' });

    await t.test('without it and without dist/ there is no start', () => {
        const done = build(place, 'npm() { echo "no network" >&2; return 1; }');
        assert.equal(done.status, 1);
        assert.match(done.stderr, /no network\n.*the page cannot be built: npm could not install/);
    });

    await t.test('brings what the page takes', () => {
        const done = build(place, 'npm() { echo "$*" >said && cp web/package-lock.json web/node_modules/.package-lock.json; }');
        assert.equal(done.status, 0, done.stderr);
        assert.match(fs.readFileSync(path.join(place, 'said'), 'utf8'),
            new RegExp(`^ci --prefix ${place}/web --ignore-scripts .*--omit=dev\n$`));
        fs.rmSync(path.join(place, 'said'));
    });

    await t.test('is not asked for what is there, be it newer or older', () => {
        fs.utimesSync(path.join(place, 'web/node_modules/.package-lock.json'), 1, 1);
        const done = build(place, 'npm() { return 1; }');
        assert.equal(done.status, 0, done.stderr);
        assert.equal(done.stderr, '');
    });

    await t.test('where it cannot be had, the page stays as it was built', () => {
        const files = built(place);
        fs.writeFileSync(path.join(place, 'web/package-lock.json'), '"integrity": "sha512-new"\n');
        fs.appendFileSync(path.join(place, 'web/board/dates.js'), '// changed\n');
        for (const [prelude, reason] of [
            ['npm() { echo "no network" >&2; return 1; }', /no network\n/],
            ['packages_missing() { echo npm; }; may_install() { return 1; }; as_root() { exit 9; }', /npm is not installed\n/],
        ]) {
            const done = build(place, prelude);
            assert.equal(done.status, 0, done.stderr);
            assert.match(done.stderr, reason);
            assert.match(done.stderr, /the page stays as it was built before/);
            assert.deepEqual(built(place), files);
        }
    });
});
