// The page's merge is the program's: what came of the cases of tests/unit/merge_cases, and of random documents that
// the built program merges, too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { cleanEnvironment, root, temporaryDirectory } from '../server/servers.mjs';
import { isObject, mergeDocuments, same } from '../../web/board/merge.js';

const cases = path.join(root, 'tests/unit/merge_cases');

function jsonRead(...names) {
    return JSON.parse(fs.readFileSync(path.join(...names), 'utf8'));
}

for (const name of fs.readdirSync(cases)) {
    test(`merges ${name}`, () => {
        const [base, current, incoming, expected] = ['base', 'current', 'incoming', 'expected']
            .map((side) => jsonRead(cases, name, `${side}.json`));
        assert.deepEqual(mergeDocuments(base, current, incoming).document, expected);
    });
}

// Numbers from 0 to 1 that a seed decides (Park and Miller's generator).
function randomOf(seed) {
    let state = seed;
    return () => (state = state * 48271 % 2147483647) / 2147483647;
}

class Author {
    constructor(seed) {
        this.random = randomOf(seed);
    }

    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }

    value(depth = 0) {
        const scalar = () =>
            this.pick([null, true, 0, 1, -7, 2.5, 1e21, 1e-7, '', 'a', '联调', '~/', '__proto__', 'x\ny']);
        const makers = [scalar, scalar, () => this.object(depth), () => this.list(depth)];
        return this.pick(depth > 2 ? [scalar] : makers)();
    }

    object(depth) {
        const names = ['id', 'n', 'status', '__proto__', 'a/b'].filter(() => this.random() < 0.5);
        return Object.fromEntries(names.map((name) => [name, this.value(depth + 1)]));
    }

    list(depth) {
        const one = this.pick([
            () => this.value(depth + 1), () => this.object(depth + 1), () => this.pick(['a', 'b', 'c', 3, null])]);
        return Array.from({ length: Math.floor(this.random() * 5) }, one);
    }

    document() {
        const item = (_, index) => ({ ...this.object(1), id: this.pick([`t${index}`, 't0', index]) });
        const items = () => Array.from({ length: 4 }, item);
        return { tasks: items(), projects: items(), note: this.value(), names: this.list(0) };
    }

    // The same with a few parts replaced, removed, added or put elsewhere.
    edited(value) {
        if (this.random() < 0.08)
            return this.value(1);
        if (Array.isArray(value)) {
            const kept = value.filter(() => this.random() < 0.9)
                .map((one) => this.random() < 0.4 ? this.edited(one) : one);
            if (this.random() < 0.3)
                kept.splice(Math.floor(this.random() * 4), 0, this.value(1));
            return this.random() < 0.1 ? kept.reverse() : kept;
        }
        if (value === null || typeof value !== 'object')
            return this.random() < 0.3 ? this.value(2) : value;
        const entries = Object.entries(value).filter(() => this.random() < 0.93)
            .map(([name, one]) => [name, this.random() < 0.4 ? this.edited(one) : one]);
        return Object.fromEntries(this.random() < 0.2 ? [...entries, ['new', this.value(1)]] : entries);
    }
}

// What the program makes of it: { document, conflicts }, or null where it finds nothing to merge.
function programMerge(data, base, current, incoming) {
    const save = (document, query) => {
        const body = Buffer.from(JSON.stringify(document));
        const environment = cleanEnvironment({
            SCHEDULE_DATA_DIR: data, REQUEST_METHOD: 'POST', QUERY_STRING: query, CONTENT_LENGTH: String(body.length),
        });
        const { stdout } = spawnSync(path.join(root, 'build/cgi/schedule.cgi'), { env: environment, input: body });
        const [head, answer] = stdout.toString().split(/\r?\n\r?\n/);
        assert.match(head, /^Status: 200/, answer);
        return { revision: /ETag: "(\d+)"/.exec(head)[1], answer: JSON.parse(answer) };
    };
    const { revision } = save(base, 'replace=1');
    save(current, 'replace=1');
    const { answer } = save(incoming, `base=${revision}`);
    return answer.merged ? { document: jsonRead(data, 'project-data.json'), conflicts: answer.conflicts } : null;
}

test('merges random documents as the program does', (t) => {
    const data = temporaryDirectory();
    t.after(() => fs.rmSync(data, { recursive: true }));
    let merged = 0;
    for (let seed = 1; seed <= 200; seed++) {
        const author = new Author(seed);
        const base = author.document();
        const [current, incoming] = [author.edited(base), author.edited(base)]
            .map((side) => isObject(side) ? side : base);
        const expected = programMerge(data, base, current, incoming);
        if (expected === null)
            continue;
        merged++;
        const ours = mergeDocuments(base, current, incoming);
        // The program stores what came as it came, if the merge says the same in another order.
        const stored = same(ours.document, incoming) ? incoming : ours.document;
        assert.equal(JSON.stringify(stored), JSON.stringify(expected.document), `seed ${seed}`);
        assert.deepEqual(JSON.parse(JSON.stringify(ours.conflicts)), expected.conflicts, `seed ${seed}`);
    }
    assert.ok(merged > 100, `only ${merged} were merged`);
});

test('leaves what it was given as it was', () => {
    const author = new Author(7);
    const sides = [author.document(), author.document(), author.document()];
    const before = structuredClone(sides);
    mergeDocuments(...sides);
    assert.deepEqual(sides, before);
});
