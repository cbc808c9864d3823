// How the page keeps a plan, against the built program over a network that loses requests and answers: whatever people
// did is there in the end, for everybody, and nothing is there twice.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { PlanKeeper } from '../../web/board/plan_keeper.js';
import { keyOfId } from '../../web/board/merge.js';
import { withItem, withMembers, withoutItems } from '../../web/board/plan.js';
import { cleanEnvironment, root, temporaryDirectory } from '../server/servers.mjs';

// One request to the program, as a web server hands it on: -> a Response.
async function programAnswer(settings, address, { method = 'GET', headers = {}, body = '' } = {}) {
    const url = new URL(address, 'http://localhost');
    const environment = cleanEnvironment({
        ...settings, REQUEST_METHOD: method, PATH_INFO: url.pathname.slice('/api'.length), SCRIPT_NAME: '/api',
        QUERY_STRING: url.search.slice(1), CONTENT_LENGTH: String(Buffer.byteLength(body)),
        HTTP_ORIGIN: 'http://localhost', HTTP_HOST: 'localhost',
    });
    for (const [name, value] of Object.entries(headers)) {
        const variable = name.toUpperCase().replaceAll('-', '_');
        environment[variable === 'CONTENT_TYPE' ? variable : `HTTP_${variable}`] = value;
    }
    const program = spawn(path.join(root, 'build/cgi/schedule.cgi'),
        { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
    const pieces = [];
    program.stdout.on('data', (piece) => pieces.push(piece));
    program.stdin.on('error', () => {}); // it need not read what is of no use to it
    program.stdin.end(body);
    await once(program, 'close');
    const [head, text] = Buffer.concat(pieces).toString().split(/\r?\n\r?\n/);
    const fields = head.split(/\r?\n/).map((line) => line.split(/: (.*)/).slice(0, 2));
    const status = Number.parseInt(new Map(fields).get('Status'), 10);
    return new Response(status === 304 ? null : text, { status, headers: fields });
}

// A network to a program of its own. `fault(options)` decides about each request whether the 'request' is lost, or the
// 'answer', or nothing; or it gives the answer of something that stands before the program. No timer runs: the test
// says when anybody asks, and how long an answer takes.
function startNetwork(t, settings = {}) {
    // What the modules of the page take from a browser.
    globalThis.document = Object.assign(new EventTarget(), { hidden: false });
    globalThis.window = new EventTarget();
    const data = temporaryDirectory();
    const network = { data, fault: () => null, asked: [], answering: 0 };
    t.after(() => fs.rmSync(data, { recursive: true, force: true }));
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    t.mock.method(AbortSignal, 'timeout', (delay) => {
        const ending = new AbortController();
        setTimeout(() => ending.abort(), delay);
        return ending.signal;
    });
    t.mock.method(globalThis, 'fetch', async (address, options = {}) => {
        network.asked.push(`${options.method ?? 'GET'} ${address}`);
        const fault = await network.fault(options);
        if (fault === 'request')
            throw new TypeError('lost');
        if (fault instanceof Response)
            return fault;
        network.answering++;
        const answer = await programAnswer({ SCHEDULE_DATA_DIR: data, ...settings }, address, options);
        network.answering--;
        if (fault === 'answer')
            throw new TypeError('lost');
        return answer;
    });
    network.stored = () => JSON.parse(fs.readFileSync(path.join(data, 'project-data.json'), 'utf8'));
    return network;
}

async function startKeeper() {
    const keeper = new PlanKeeper();
    await keeper.start();
    return keeper;
}

function addTask(keeper, id) {
    keeper.edit(`added ${id}`, (plan) => withItem(plan, 'tasks', { id, name: id }));
}

function renameTask(keeper, id, name) {
    keeper.edit(`renamed ${id}`, (plan) => withMembers(plan, 'tasks', keyOfId(id), { name }));
}

const ids = (plan) => plan.tasks.map(({ id }) => id);

test('an edit is shown at once and saved with its base', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 't1');
    assert.deepEqual(ids(keeper.document), ['t1']);
    assert.equal(keeper.state.kind, 'editing');
    await keeper.settle();
    assert.equal(keeper.state.kind, 'saved');
    assert.deepEqual(ids(network.stored()), ['t1']);
    const { revision } = keeper;
    addTask(keeper, 't2');
    await keeper.settle();
    assert.equal(network.asked.at(-1), `POST /api/data?base=${revision}`);
});

test('what others saved comes in, with what it was', async (t) => {
    startNetwork(t);
    const [one, other] = [await startKeeper(), await startKeeper()];
    const arrivals = [];
    other.addEventListener('arrival', ({ detail }) => arrivals.push(detail));
    addTask(one, 'a');
    await one.settle();
    await other.settle();
    assert.deepEqual(ids(other.document), ['a']);
    assert.equal(other.state.kind, 'merged');
    const [{ before, after, conflicts }, ...more] = arrivals;
    assert.deepEqual([ids(before), ids(after), conflicts, more], [[], ['a'], [], []]);
});

for (const [who, times] of [['the page', 1], ['the server', 4]]) {
    test(`${who} merges when somebody is faster ${times} times, and what was decided is told`, async (t) => {
        const network = startNetwork(t);
        const [one, other] = [await startKeeper(), await startKeeper()];
        addTask(one, 'a');
        await one.settle();
        await other.settle();
        const arrivals = [];
        other.addEventListener('arrival', ({ detail }) => arrivals.push(detail));
        renameTask(other, 'a', 'other');
        // Between the other's looks and his saves, as often as it says.
        let left = times;
        network.fault = async () => {
            if (!network.asked.at(-1).startsWith('POST') || left-- <= 0)
                return null;
            const { fault } = network;
            network.fault = () => null;
            renameTask(one, 'a', `one ${left}`);
            addTask(one, `b${left}`);
            await one.settle();
            network.fault = fault;
            return null;
        };
        await other.settle();
        const conflict = arrivals.at(-1).conflicts.at(-1);
        assert.deepEqual([conflict.path, conflict.current, conflict.incoming], ['/tasks/a/name', 'one 0', 'other']);
        assert.deepEqual(ids(other.document), ids(network.stored()));
        assert.equal(network.stored().tasks.length, 1 + times);
        assert.equal(network.stored().tasks[0].name, 'other');
    });
}

test('an edit during a save is saved after it', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    const settled = keeper.settle();
    network.fault = () => {
        network.fault = () => null;
        addTask(keeper, 'b');
        return null;
    };
    await settled;
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
    assert.equal(keeper.isUnsaved, false);
});

for (const fault of ['request', 'answer']) {
    test(`a lost ${fault} loses nothing and doubles nothing`, async (t) => {
        const network = startNetwork(t);
        const keeper = await startKeeper();
        const conflicts = [];
        keeper.addEventListener('arrival', ({ detail }) => conflicts.push(...detail.conflicts));
        addTask(keeper, 'a');
        network.fault = () => network.asked.at(-1).startsWith('POST') ? fault : null;
        await assert.rejects(keeper.settle(), { slug: 'UNREACHABLE' });
        assert.equal(keeper.state.kind, 'offline');
        addTask(keeper, 'b');
        network.fault = () => null;
        await keeper.settle();
        assert.deepEqual(ids(network.stored()), ['a', 'b']);
        assert.deepEqual(conflicts, []);
    });
}

test('what was removed while the answer to its save was lost stays removed', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    await keeper.settle();
    renameTask(keeper, 'a', 'b');
    network.fault = () => network.asked.at(-1).startsWith('POST') ? 'answer' : null;
    await assert.rejects(keeper.settle(), { slug: 'UNREACHABLE' });
    network.fault = () => null;
    keeper.edit('removed', (plan) => withoutItems(plan, 'tasks', [keyOfId('a')]));
    await keeper.settle();
    assert.deepEqual(network.stored().tasks, []);
});

test('undoing keeps what others did since', async (t) => {
    const network = startNetwork(t);
    const [one, other] = [await startKeeper(), await startKeeper()];
    addTask(one, 'a');
    addTask(one, 'b');
    await one.settle();
    await other.settle();
    one.edit('deleted a', (plan) => withoutItems(plan, 'tasks', [keyOfId('a')]));
    await one.settle();
    addTask(other, 'c');
    await other.settle();
    await one.settle();
    assert.equal(one.undoName, 'deleted a');
    assert.deepEqual(one.undo(), { name: 'deleted a', isWhole: true });
    assert.deepEqual(ids(one.document).toSorted(), ['a', 'b', 'c']);
    assert.deepEqual(one.redo(), { name: 'deleted a', isWhole: true });
    assert.deepEqual(ids(one.document).toSorted(), ['b', 'c']);
    one.undo();
    await one.settle();
    assert.deepEqual(ids(network.stored()).toSorted(), ['a', 'b', 'c']);
});

test('undoing leaves what others made of it since', async (t) => {
    const network = startNetwork(t);
    const [one, other] = [await startKeeper(), await startKeeper()];
    addTask(one, 'a');
    renameTask(one, 'a', 'mine');
    await one.settle();
    await other.settle();
    renameTask(other, 'a', 'theirs');
    await other.settle();
    await one.settle();
    assert.deepEqual(one.undo(), { name: 'renamed a', isWhole: false });
    await one.settle();
    assert.equal(network.stored().tasks[0].name, 'theirs');
});

test('an edit that is undone before it was saved leaves nothing to save', async (t) => {
    startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    keeper.undo();
    assert.equal(keeper.isUnsaved, false);
});

test('a server that has lost the plan does not take it from the page', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    await keeper.settle();
    addTask(keeper, 'b');
    await keeper.settle();
    fs.rmSync(network.data, { recursive: true });
    await assert.rejects(keeper.settle(), { slug: 'WENT_BACK' });
    assert.deepEqual(ids(keeper.document), ['a', 'b']);
    assert.equal(keeper.isUnsaved, true);
    keeper.olderTake('taken');
    await keeper.settle();
    assert.deepEqual(ids(keeper.document), []);
    keeper.undo();
    await keeper.settle();
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
    fs.rmSync(network.data, { recursive: true });
    await assert.rejects(keeper.settle(), { slug: 'WENT_BACK' });
    keeper.planPutBack();
    await keeper.settle();
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
});

test('nothing is lost where the server keeps no backups', async (t) => {
    const network = startNetwork(t, { SCHEDULE_BACKUPS: '0' });
    const [one, other] = [await startKeeper(), await startKeeper()];
    addTask(one, 'a');
    await one.settle();
    addTask(other, 'b');
    await other.settle();
    assert.deepEqual(ids(network.stored()).toSorted(), ['a', 'b']);
});

test('half a character is no obstacle', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    keeper.edit('added', (plan) => withItem(plan, 'tasks', { id: 'a', name: 'x\ud83d', remark: '\\ud83d' }));
    await keeper.settle();
    assert.deepEqual(network.stored().tasks, [{ id: 'a', name: 'x\ufffd', remark: '\\ud83d' }]);
});

test('a plan that has nothing in common with the stored one is saved all the same', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    keeper.edit('imported', (plan) => ({ ...plan, projects: [{ id: 'p1' }] }));
    await keeper.settle();
    keeper.edit('imported', (plan) => ({ ...plan, projects: [{ id: 'p2' }] }));
    await keeper.settle();
    assert.deepEqual(network.stored().projects, [{ id: 'p2' }]);
    keeper.undo();
    await keeper.settle();
    assert.deepEqual(network.stored().projects, [{ id: 'p1' }]);
});

// Saves a task a, then a task b. -> the revision between.
async function saveTwice(keeper) {
    addTask(keeper, 'a');
    await keeper.settle();
    const { revision } = keeper;
    addTask(keeper, 'b');
    await keeper.settle();
    return revision;
}

test('a backup is restored, and that undone', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    const revision = await saveTwice(keeper);
    await keeper.restore('restored', revision);
    assert.deepEqual(ids(keeper.document), ['a']);
    assert.deepEqual(keeper.undo(), { name: 'restored', isWhole: true });
    await keeper.settle();
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
});

test('a damaged document is shown as such, and a backup helps', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    const revision = await saveTwice(keeper);
    fs.writeFileSync(path.join(network.data, 'project-data.json'), '{"half":');
    addTask(keeper, 'c');
    await assert.rejects(keeper.settle(), { slug: 'CORRUPT_DATA' });
    assert.equal(keeper.state.kind, 'failed');
    await keeper.restore('restored', revision);
    assert.ok(ids(network.stored()).includes('c'));
});

test('long numbers stay what they are', async (t) => {
    const network = startNetwork(t);
    const long = ['1234567890123456789', '1234567890123456788'];
    fs.writeFileSync(path.join(network.data, 'project-data.json'),
        `{"tasks":[{"id":${long[0]}},{"id":${long[1]}}],"taskTypes":[{}]}`);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    await keeper.settle();
    const text = fs.readFileSync(path.join(network.data, 'project-data.json'), 'utf8');
    assert.deepEqual(text.match(/\d{19}/g), JSON.rawJSON ? long : long.map((digits) => String(Number(digits))));
});

// Does something that makes the keeper look at the server by itself, and waits until that is over. -> what was asked.
async function askedBy(network, keeper, action) {
    const { length } = network.asked;
    const over = new Promise((resolve) => {
        keeper.addEventListener('state', function changed() {
            if (keeper.state.kind === 'saving')
                return;
            keeper.removeEventListener('state', changed);
            resolve();
        });
    });
    action();
    await over;
    return network.asked.slice(length).map((line) => line.split(' ')[0]);
}

const challenge = { 'WWW-Authenticate': 'Basic realm="schedule"' };

// Whoever guards the server: all of it, or what changes something.
for (const { name, guarded, refused, slug, asked } of [
    {
        name: 'a browser that was told no to signing in', guarded: /^POST/, slug: 'SIGN_IN', asked: ['GET'],
        refused: () => new Response('', { status: 401, headers: challenge }),
    },
    {
        name: 'a session that has ended', guarded: /^/, slug: 'SIGN_IN', asked: ['GET'],
        refused: () => new Response('', { status: 401 }),
    },
    {
        name: 'a person who may not save', guarded: /^POST/, slug: 'NOT_ALLOWED', asked: ['GET', 'POST'],
        refused: () => new Response('', { status: 403 }),
    },
    {
        name: 'a browser that asks about all', guarded: /^/, slug: 'SIGN_IN', asked: [],
        refused: () => new Response('', { status: 401, headers: challenge }),
    },
]) {
    test(`${name} is not pressed, and nothing is lost`, async (t) => {
        const network = startNetwork(t);
        const keeper = await startKeeper();
        const guard = () => guarded.test(network.asked.at(-1)) ? refused() : null;
        network.fault = guard;
        addTask(keeper, 'a');
        await assert.rejects(keeper.settle(), { slug });
        assert.equal(keeper.state.kind, 'failed');
        const { length } = network.asked;
        t.mock.timers.tick(29000);
        await new Promise(setImmediate);
        assert.equal(network.asked.length, length);
        assert.deepEqual(await askedBy(network, keeper, () => t.mock.timers.tick(1000)), asked);
        addTask(keeper, 'b');
        assert.deepEqual(await askedBy(network, keeper, () => window.dispatchEvent(new Event('focus'))), asked);
        assert.ok(keeper.isUnsaved);
        // Each time that the person wants it, it is tried; and then somebody lets him in.
        await assert.rejects(keeper.settle(), { slug });
        network.fault = () => null;
        await keeper.settle();
        assert.deepEqual(ids(network.stored()), ['a', 'b']);
        // From now on saves go by themselves, until he is kept out anew.
        addTask(keeper, 'c');
        assert.deepEqual(await askedBy(network, keeper, () => t.mock.timers.tick(400)), ['GET', 'POST']);
        network.fault = guard;
        addTask(keeper, 'd');
        assert.deepEqual(await askedBy(network, keeper, () => t.mock.timers.tick(400)),
            guarded.test('GET') ? ['GET'] : ['GET', 'POST']);
    });
}

// Lets time go by, none of it while the program is at work.
async function wait(t, network, milliseconds) {
    for (let left = milliseconds; left >= 0; left -= 1000) {
        for (let turns = 0; turns < 10 || network.answering > 0; turns++)
            await new Promise(setImmediate);
        if (left > 0)
            t.mock.timers.tick(1000);
    }
}

// What a request does that gets no answer, until it is ended.
const hanging = ({ signal }) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
});

for (const { name, fault } of [
    { name: 'a server that hangs', fault: hanging },
    { name: 'a server that hangs at loading', fault: (options) => options.method === 'GET' ? hanging(options) : null },
    { name: 'a server that hangs at saving', fault: (options) => options.body ? hanging(options) : null },
]) {
    test(`${name} is tried again in the usual time`, async (t) => {
        const network = startNetwork(t);
        const keeper = await startKeeper();
        addTask(keeper, 'a');
        network.fault = fault;
        const offline = assert.rejects(keeper.settle(), { slug: 'UNREACHABLE' }).then(() => {
            network.fault = () => null;
        });
        await wait(t, network, 29000);
        assert.equal(keeper.state.failure, undefined);
        await wait(t, network, 14000);
        await offline;
        assert.deepEqual(ids(network.stored()), ['a']);
    });
}

// A browser that has no credentials, or none that are good any more, asks a person for them, who is not there.
// -> { asked, signIn() }: how often it has asked, and what the person does at last.
function browserAsks(network, method) {
    const browser = { asked: 0, signIn: null };
    network.fault = (options) => {
        if (options.method !== method)
            return null;
        if (options.credentials === 'omit')
            return new Response('', { status: 401, headers: challenge });
        browser.asked++;
        return Promise.race([hanging(options), new Promise((resolve) => {
            browser.signIn = () => {
                network.fault = () => null;
                resolve(null);
            };
        })]);
    };
    return browser;
}

for (const method of ['GET', 'POST']) {
    test(`a person may take his time to sign in for ${method}, and is asked once`, async (t) => {
        const network = startNetwork(t);
        const keeper = await startKeeper();
        addTask(keeper, 'a');
        await keeper.settle();
        const browser = browserAsks(network, method);
        addTask(keeper, 'b');
        const settled = keeper.settle();
        await wait(t, network, 32000);
        assert.equal(keeper.state.kind, 'waiting');
        await wait(t, network, 140000);
        browser.signIn();
        await settled;
        assert.deepEqual(ids(network.stored()), ['a', 'b']);
        assert.equal(browser.asked, 1);

        // And one who has left the dialog alone is not asked again before he wants it.
        const later = browserAsks(network, method);
        addTask(keeper, 'c');
        await wait(t, network, 600000);
        assert.deepEqual([keeper.state.kind, keeper.state.failure.slug], ['failed', 'UNANSWERED']);
        assert.equal(later.asked, 1);
        const wanted = keeper.settle();
        await wait(t, network, 1000);
        assert.equal(later.asked, 2);
        later.signIn();
        await wanted;
        assert.deepEqual(ids(network.stored()), ['a', 'b', 'c']);
    });
}

test('what cannot be saved can be given up, and had back', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    await keeper.settle();
    network.fault = () => network.asked.at(-1).startsWith('POST') ? new Response('', { status: 403 }) : null;
    addTask(keeper, 'b');
    await assert.rejects(keeper.settle(), { slug: 'NOT_ALLOWED' });
    keeper.editsGiveUp('given up');
    await keeper.settle();
    assert.deepEqual([keeper.state.kind, ids(keeper.document)], ['saved', ['a']]);
    network.fault = () => null;
    assert.deepEqual(keeper.undo(), { name: 'given up', isWhole: true });
    await keeper.settle();
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
});

test('a page to sign in at is no plan', async (t) => {
    const network = startNetwork(t);
    const keeper = await startKeeper();
    addTask(keeper, 'a');
    await keeper.settle();
    addTask(keeper, 'b');
    network.fault = () => new Response('<!doctype html>', { headers: { ETag: '"1"', 'Content-Type': 'text/html' } });
    await assert.rejects(keeper.settle(), { slug: 'UNREACHABLE' });
    assert.deepEqual(ids(keeper.document), ['a', 'b']);
    network.fault = () => null;
    await keeper.settle();
    assert.deepEqual(ids(network.stored()), ['a', 'b']);
});

// Everybody adds, edits and removes tasks of his own, and remarks a project of his own, on a bad network.
test('many people on a bad network', async (t) => {
    const network = startNetwork(t);
    const seed = Number(process.env.SEED ?? Date.now() % 1000000);
    let state = seed + 1;
    const random = () => (state = state * 48271 % 2147483647) / 2147483647;
    const people = await Promise.all(['p', 'q', 'r', 's'].map(async (name) =>
        ({ name, keeper: await startKeeper(), own: new Map() })));
    network.fault = () => random() < 0.15 ? 'request' : random() < 0.15 ? 'answer' : null;
    const act = ({ name, keeper, own }, count) => {
        const [id] = [...own.keys()].filter(() => random() < 0.5);
        if (id === undefined || random() < 0.4) {
            const added = `${name}${count}`;
            own.set(added, added);
            addTask(keeper, added);
        } else if (random() < 0.3) {
            own.delete(id);
            keeper.edit('removed', (plan) => withoutItems(plan, 'tasks', [keyOfId(id)]));
        } else {
            own.set(id, `${id} ${count}`);
            renameTask(keeper, id, `${id} ${count}`);
        }
    };
    for (let count = 0; count < 60; count++) {
        await Promise.all(people.map(async (person) => {
            act(person, count);
            if (random() < 0.7)
                await person.keeper.refresh();
        }));
    }
    network.fault = () => null;
    for (const { keeper } of [...people, ...people])
        await keeper.settle();
    const expected = people.flatMap(({ own }) => [...own]).sort();
    for (const plan of [network.stored(), ...people.map(({ keeper }) => keeper.document)])
        assert.deepEqual(plan.tasks.map(({ id, name }) => [id, name]).sort(), expected, `SEED=${seed}`);
});
