// Clients that save to one server at the same time, each in its own way and most of them from what they
// loaded long ago, and an oracle that knows what must be stored whenever nobody is changing it.

import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { request } from './servers.mjs';

const members = ['projects', 'tasks', 'taskTypes', 'pmos', 'productManagers', 'historyRecords'];
const refreshed = ['projects', 'tasks', 'taskTypes', 'historyRecords'];
const sharedProject = 'project-1';
const ownItems = 9; // about as many a client keeps, so that the document stays small
const idsPerClient = 1000000;

export const firstDocument = {
    projects: [{ id: sharedProject, name: '支付系统', progress: 33.3, developers: [], partners: ['财务部'] }],
    tasks: [],
    taskTypes: [{ id: '1', name: '开发排期', color: '#1890ff', enabled: true }],
    pmos: [],
    productManagers: [{ id: 'manager-1', name: '王五' }],
    historyRecords: [],
};

// mulberry32: the same choices for the same seed.
export function randomNumbers(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    return {
        chance: (probability) => next() < probability,
        below: (limit) => Math.floor(next() * limit),
        pick: (list) => list[Math.floor(next() * list.length)],
    };
}

function clone(value) {
    return structuredClone(value);
}

function project(document) {
    return document.projects.find((item) => item.id === sharedProject);
}

// A key names what one client owns: an item ("tasks/task-7"), or its name among the developers of the
// project that all share ("developers/page-3").
function keyOf(collection, name) {
    return `${collection}/${name}`;
}

function parted(key) {
    const slash = key.indexOf('/');
    return [key.slice(0, slash), key.slice(slash + 1)];
}

function valueOf(document, key) {
    const [collection, name] = parted(key);
    if (collection === 'developers')
        return project(document)?.developers.find((developer) => developer === name);
    return document[collection].find((item) => item.id === name);
}

function valueSet(document, key, value) {
    const [collection, name] = parted(key);
    const list = collection === 'developers' ? project(document).developers : document[collection];
    const at = list.findIndex((item) => (collection === 'developers' ? item : item.id) === name);
    if (value === undefined)
        list.splice(at, 1);
    else if (at < 0)
        list.push(value);
    else
        list[at] = value;
}

// Everything in a document that a client could own, by its key. What is there twice is an error.
function keyed(document) {
    const found = new Map();
    const add = (key, value) => {
        assert.ok(!found.has(key), `${key} is there twice`);
        found.set(key, value);
    };
    assert.ok(project(document), `${sharedProject} is gone`);
    for (const name of members) {
        for (const item of document[name])
            add(keyOf(name, item.id), item);
    }
    for (const developer of project(document).developers)
        add(keyOf('developers', developer), developer);
    return found;
}

// What was acknowledged. A claim holds from the end of one change of its key to the beginning of the
// next, and is checked in every document that was asked for and came meanwhile.
class Oracle {
    constructor() {
        this.claims = new Map();
        this.time = 0;
        this.saves = 0;
        this.documents = 0;
        this.checks = 0;
    }

    begin(key) {
        this.claims.set(key, undefined);
    }

    // From now on `key` has this value; undefined: it was removed.
    end(key, value) {
        this.claims.set(key, { value: clone(value), since: ++this.time });
    }

    check(document, askedAt) {
        const found = keyed(document);
        this.documents++;
        for (const [key, claim] of this.claims) {
            if (claim === undefined || claim.since > askedAt)
                continue;
            this.checks++;
            const value = found.get(key);
            if (isDeepStrictEqual(value, claim.value))
                continue;
            const problem = value === undefined ? 'is missing' : claim.value === undefined ? 'came back' : 'was set back';
            assert.fail(`${key} ${problem}: ${JSON.stringify(value)}, not ${JSON.stringify(claim.value)}`);
        }
    }
}

// What all clients of one run have in common.
class World {
    constructor({ port, seed, saves, pause }) {
        this.port = port;
        this.seed = seed;
        this.saves = saves;
        this.pause = pause;
        this.oracle = new Oracle();
        this.agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
        this.counts = new Map();
        this.failed = false;
    }

    get over() {
        return this.failed || this.oracle.saves >= this.saves;
    }

    count(name) {
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }

    async send(method, address, { headers = {}, body, type = 'application/json' } = {}) {
        const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
        return request(this.port, method, address, {
            agent: this.agent,
            headers: {
                ...(bytes && { 'Content-Type': type, 'Content-Length': bytes.length }),
                ...headers,
            },
            body: bytes,
        });
    }

    // Load the document, and hold it against what must be in it.
    async load(headers) {
        const askedAt = this.oracle.time;
        const answer = await this.send('GET', '/api/data', { headers });
        assert.equal(answer.status, 200, answer.text);
        const document = answer.json;
        this.oracle.check(document, askedAt);
        return { answer, document };
    }

    // An answer that only an acknowledged save may have, or one that the caller can live with.
    acknowledged(answer, kind, tolerated = []) {
        if (tolerated.includes(answer.status)) {
            this.count(`${kind} ${answer.status}`);
            return false;
        }
        assert.ok(answer.status === 200 || answer.status === 201, `${kind}: ${answer.status} ${answer.text}`);
        assert.match(answer.headers.etag, /^"\d{13}"$/);
        this.oracle.saves++;
        this.count(kind);
        if (answer.json.merged)
            this.count('merged');
        return true;
    }
}

// Somebody who owns items and makes changes of them. A change is a key and its next value.
class Owner {
    constructor(world, number, name) {
        this.world = world;
        this.name = name;
        this.random = randomNumbers(world.seed + number);
        this.nextId = number * idsPerClient;
        this.own = new Map();
    }

    added() {
        const number = ++this.nextId;
        const type = this.random.pick(['tasks', 'tasks', 'historyRecords', 'pmos']);
        if (type === 'tasks') {
            const id = `task-${number}`;
            return { key: keyOf(type, id), value: {
                id, projectId: sharedProject, name: `${this.name} 的任务`, progress: 0, assignees: [this.name],
                type: { id: '1', name: '开发排期' }, dailyRecords: [],
            } };
        }
        if (type === 'pmos')
            return { key: keyOf(type, `pmo-${number}`), value: { id: `pmo-${number}`, name: this.name } };
        return { key: keyOf(type, `record-${number}`), value: { id: `record-${number}`, action: '保存', by: this.name } };
    }

    edited(key) {
        const value = clone(this.own.get(key));
        if (typeof value === 'string')
            return { key, value: undefined };
        value.progress = this.random.below(1000) / 10;
        value.assignees = [this.name, ...(this.random.chance(0.5) ? ['张三'] : [])];
        value.dailyRecords = [...(value.dailyRecords ?? []).slice(-2), { id: `daily-${++this.nextId}`, note: '进展' }];
        return { key, value };
    }

    // A change of something that is not in `untouchable`.
    changed(untouchable = new Set()) {
        const developer = keyOf('developers', this.name);
        const free = [...this.own.keys()].filter((key) => !untouchable.has(key));
        if (this.random.chance(0.1) && !untouchable.has(developer) && !this.own.has(developer))
            return { key: developer, value: this.name };
        if (free.length === 0 || this.random.chance(ownItems / (ownItems + 4 * this.own.size)))
            return this.added();
        if (this.own.size > ownItems || this.random.chance(0.2))
            return { key: free[0], value: undefined };
        return this.edited(this.random.pick(free));
    }

    note({ key, value }) {
        if (value === undefined)
            this.own.delete(key);
        else
            this.own.set(key, value);
    }

    // People think before they save again: milliseconds, and not the same each time.
    async think() {
        await sleep(this.world.pause / 2 + this.random.below(this.world.pause));
    }

    begin(changes) {
        for (const { key } of changes)
            this.world.oracle.begin(key);
    }

    end(changes) {
        for (const { key, value } of changes)
            this.world.oracle.end(key, value);
    }
}

function only(document, names) {
    return Object.fromEntries(names.map((name) => [name, clone(document[name])]));
}

/*
 * The page in use, which knows nothing of revisions: it loads once, posts that back, and then posts
 * all of its memory at every edit. It has what a browser adds: an Origin and the cookie.
 *
 * What it claims. A save awaited alone: everything, for the cookie then names what the page holds.
 * Of saves that overlap, the cookie may name any, and they take effect in any order, so of those
 * only what each of them brings as its own: an addition, or one change of something that nothing
 * else in the air changes. Something touched by them is touched again only when a save that was
 * awaited alone, or a loading, has settled what the page holds.
 */
class Page extends Owner {
    constructor(world, number) {
        super(world, number, `page-${number}`);
        this.cookie = undefined;
        this.unsettled = new Set();
        this.older = undefined; // a body before the last one, and what was changed since
    }

    headers() {
        return { Origin: `http://127.0.0.1:${this.world.port}`, ...(this.cookie && { Cookie: this.cookie }) };
    }

    cookieTake(answer) {
        for (const line of answer.headers['set-cookie'] ?? [])
            this.cookie = line.split(';')[0];
    }

    async load(names) {
        const { answer, document } = await this.world.load(this.headers());
        this.cookieTake(answer);
        this.memory = { ...this.memory, ...only(document, names) };
    }

    async post(body, kind) {
        const answer = await this.world.send('POST', '/api/data', { headers: this.headers(), body });
        this.cookieTake(answer);
        this.world.acknowledged(answer, kind);
    }

    // Make a change in memory alone; the page posts it afterwards.
    edit() {
        const change = this.changed(this.unsettled);
        valueSet(this.memory, change.key, clone(change.value));
        this.note(change);
        return change;
    }

    async save() {
        const before = clone(this.memory);
        const changes = [this.edit()];
        this.begin(changes);
        await this.post(this.memory, 'page');
        this.end(changes);
        this.unsettled.clear();
        this.older = { body: before, changes };
    }

    // One click that sends two or three saves at once.
    async saveOverlapping() {
        const before = clone(this.memory);
        const changes = [];
        const posted = [];
        for (let i = this.random.below(2) + 2; i > 0; i--) {
            const change = this.edit();
            this.begin([change]);
            this.unsettled.add(change.key);
            changes.push(change);
            posted.push(this.post(clone(this.memory), 'page, overlapping'));
        }
        await Promise.all(posted);
        this.end(changes);
        this.older = { body: before, changes };
    }

    // The page reads again, but not everything.
    async reread() {
        await this.load(refreshed);
        for (const key of this.unsettled) {
            if (refreshed.includes(parted(key)[0]) || key.startsWith('developers/'))
                this.unsettled.delete(key);
        }
        this.older = undefined;
    }

    /*
     * A save that failed is sent again, after a newer one: nothing tells that from the page taking
     * its newer changes back, so they are gone until it saves again. (Had it read in between, what
     * others made meanwhile would go with them; so it did not.)
     */
    async retryLate() {
        const { body, changes } = this.older;
        this.begin(changes);
        await this.post(body, 'page, late');
        await this.save();
        for (const { key } of changes)
            this.world.oracle.end(key, this.own.get(key));
    }

    async step() {
        if (this.random.chance(0.15))
            await this.reread();
        else if (this.older && this.random.chance(0.05))
            await this.retryLate();
        else if (this.random.chance(0.2))
            await this.saveOverlapping();
        else
            await this.save();
    }

    async run() {
        await this.load(members);
        await this.post(this.memory, 'page, unchanged');
        while (!this.world.over) {
            await this.think();
            await this.step();
        }
    }
}

// A client that says what it starts from, and starts again when somebody was faster.
class Careful extends Owner {
    constructor(world, number) {
        super(world, number, `careful-${number}`);
    }

    async attempt(change) {
        const { answer, document } = await this.world.load();
        valueSet(document, change.key, change.value);
        return this.world.acknowledged(await this.world.send('POST', '/api/data',
            { headers: { 'If-Match': answer.headers.etag }, body: document }), 'careful', [412]);
    }

    async run() {
        while (!this.world.over) {
            await this.think();
            const change = this.changed();
            this.begin([change]);
            while (!await this.attempt(change)) {
                if (this.world.over)
                    return;
            }
            this.note(change);
            this.end([change]);
        }
    }
}

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';

// A client that sends what it changes, and nothing else.
class Patcher extends Owner {
    constructor(world, number) {
        super(world, number, `patcher-${number}`);
    }

    send(method, address, body, type, headers) {
        return this.world.send(method, `/api/data${address}`, { body, type, headers });
    }

    // The address of an element in the document as it is now.
    async pointer(key) {
        const [collection, name] = parted(key);
        const { document } = await this.world.load();
        if (collection !== 'developers')
            return `/${collection}/${document[collection].findIndex((item) => item.id === name)}`;
        const at = document.projects.findIndex((item) => item.id === sharedProject);
        return `/projects/${at}/developers/${project(document).developers.indexOf(name)}`;
    }

    // By position, which another save may shift: so it is tested.
    async changeByPointer({ key, value }) {
        const known = this.own.get(key);
        const list = key.startsWith('developers/') ? '/projects/0/developers/-' : `/${parted(key)[0]}/-`;
        if (known === undefined)
            return this.send('PATCH', '', [{ op: 'add', path: list, value }], jsonPatch);
        const path = await this.pointer(key);
        return this.send('PATCH', '', [{ op: 'test', path, value: known },
            value === undefined ? { op: 'remove', path } : { op: 'replace', path, value }], jsonPatch);
    }

    // A merge patch takes arrays whole: so it says of which revision.
    async changeByMerging({ key, value }) {
        const { answer, document } = await this.world.load();
        const [collection] = parted(key);
        valueSet(document, key, value);
        return this.send('PATCH', '', { [collection]: document[collection] }, mergePatch,
            { 'If-Match': answer.headers.etag });
    }

    async changeItem({ key, value }) {
        const address = `/${key}`;
        if (value === undefined)
            return this.send('DELETE', address);
        if (!this.own.has(key))
            return this.send('POST', `/${parted(key)[0]}`, value);
        return this.random.chance(0.5) ? this.send('PUT', address, value)
            : this.send('PATCH', address, value, mergePatch);
    }

    attempt(change) {
        if (change.key.startsWith('developers/') || this.random.chance(0.3))
            return this.changeByPointer(change);
        return this.random.chance(0.1) ? this.changeByMerging(change) : this.changeItem(change);
    }

    async run() {
        while (!this.world.over) {
            await this.think();
            const change = this.changed();
            this.begin([change]);
            while (!this.world.acknowledged(await this.attempt(change), 'patcher', [409, 412])) {
                if (this.world.over)
                    return;
            }
            this.note(change);
            this.end([change]);
        }
    }
}

// Reads all the time, so that what is missing for a moment is seen as well.
async function readOn(world) {
    while (!world.over) {
        await world.load();
        await sleep(25);
    }
}

function ownersMake(world, { pages, careful, patchers }) {
    const kinds = [...Array(pages).fill(Page), ...Array(careful).fill(Careful), ...Array(patchers).fill(Patcher)];
    return kinds.map((Kind, i) => new Kind(world, i + 1));
}

// How many saves replaced the document because what they started from was kept no more.
function basesLost(running) {
    return (running.log.match(/ 未能合并，整体替换: /g) ?? []).length;
}

// Wait for all of them; what fails first ends the others, and is what is told.
async function allOrFirstFailure(world, running) {
    let first;
    await Promise.all(running.map((one) => one.catch((error) => {
        world.failed = true;
        first ??= error;
    })));
    if (first)
        throw first;
}

/*
 * Let the clients of `running`, a server, save until `saves` of them were acknowledged. Throws, and
 * names the seed, if one was answered otherwise or something acknowledged is not there. Gives counts.
 */
export async function runStaleClients(running, { saves, pages, careful, patchers, pause, seed }) {
    const world = new World({ port: running.port, seed, saves, pause });
    const { oracle } = world;
    const started = Date.now();
    try {
        world.acknowledged(await world.send('POST', '/api/data', { body: firstDocument }), 'first');
        const owners = ownersMake(world, { pages, careful, patchers });
        await allOrFirstFailure(world, [...owners.map((owner) => owner.run()), readOn(world)]);
        await world.load();
    } catch (error) {
        error.message += ` (after ${oracle.saves} saves, with ${basesLost(running)} bases lost; seed ${seed})`;
        throw error;
    } finally {
        world.agent.destroy();
    }
    return {
        saves: oracle.saves, documents: oracle.documents, checks: oracle.checks,
        claims: oracle.claims.size, milliseconds: Date.now() - started, ...Object.fromEntries(world.counts),
    };
}

/*
 * The clients that the tests let loose, with the default settings: of what was submitted and of what
 * was replaced the last 50 are kept, so a page's save can be merged only while less than 50 others
 * were acknowledged since what it started from. One turn of a page is up to three saves, and saves wait
 * for the lock in a row: so with 8 pages and 3 others a page's base is 10 saves old most times, and 25
 * at worst. From about 20 pages that all save without a pause, bases begin to be lost.
 */
const clients = { pages: 8, careful: 1, patchers: 2, pause: 60 };

export function testStaleClients(name, start, saves, number = clients) {
    test(`${saves} saves of stale clients ${name}: nothing acknowledged is lost`, async (t) => {
        const running = await start(t);
        const seed = Number(process.env.STALE_SEED ?? Date.now() % 2 ** 31);
        const counts = await runStaleClients(running, { ...number, saves, seed });
        t.diagnostic(JSON.stringify(counts));
        assert.equal(basesLost(running), 0, `seed ${seed}`);
        for (const kind of ['page', 'page, overlapping', 'page, late', 'careful', 'patcher'])
            assert.ok(counts[kind] > 0, `${counts[kind]} saves of the kind '${kind}'`);
        assert.ok(counts.merged > saves / 4, `${counts.merged} merged`);
    });
}
