// What the API answers, through whichever server: the rows of the README's table.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { logged, post, request } from './servers.mjs';

const saved = '{"ok":true,"message":"数据保存成功"}';
const taskTypes = [
    ['1', '开发排期', '#1890ff'], ['2', '开发联调', '#52c41a'], ['3', '测试排期', '#faad14'],
    ['4', '测试联调', '#f5222d'], ['5', '产品UAT', '#722ed1'], ['6', '上线', '#13c2c2'],
].map(([id, name, color]) => ({ id, name, color, enabled: true }));

function checkFailure(answer, status, error) {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-cache');
    assert.equal(answer.json.ok, false);
    assert.equal(answer.json.error, error);
    assert.ok(answer.json.message.length > 0);
    assert.ok(answer.json.details.length > 0);
}

// A request with a body in JSON.
function send(port, method, address, body, { type = 'application/json', ...headers } = {}) {
    const bytes = Buffer.from(JSON.stringify(body));
    return request(port, method, address,
        { headers: { 'Content-Type': type, 'Content-Length': bytes.length, ...headers }, body: bytes });
}

function get(port, address, headers = {}) {
    return request(port, 'GET', address, { headers });
}

function checkSaved(answer, status = 200) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.etag, /^"\d{13}"$/);
}

const plan = { projects: [{ id: 'project-1', name: '支付系统' }], tasks: [{ id: 'task-1', progress: 0.1 }], pmos: [] };

function testRevisions(name, start) {
    test(name, async (t) => {
        const { port } = await start(t);

        await t.test('nothing stored is revision 0', async () => {
            assert.equal((await get(port, '/api/data')).headers.etag, '"0"');
            assert.equal((await get(port, '/api/data', { 'If-None-Match': '"0"' })).status, 304);
        });

        await t.test('If-None-Match: * creates only', async () => {
            checkSaved(await send(port, 'POST', '/api/data', plan, { 'If-None-Match': '*' }));
            checkFailure(await send(port, 'POST', '/api/data', plan, { 'If-None-Match': '*' }), 412,
                'PRECONDITION_FAILED');
        });

        await t.test('the same again keeps the revision', async () => {
            const { headers: { etag } } = await get(port, '/api/data');
            const again = await send(port, 'POST', '/api/data', plan);
            assert.equal(again.headers.etag, etag);
            assert.equal((await request(port, 'HEAD', '/api/data')).headers.etag, etag);
            const unmodified = await get(port, '/api/data', { 'If-None-Match': `"1", ${etag}` });
            assert.equal(unmodified.status, 304);
            assert.equal(unmodified.bytes.length, 0);
            assert.equal(unmodified.headers.etag, etag);
        });

        await t.test('If-Match lets a save pass, or is 412 and tells the revision', async () => {
            const { headers: { etag } } = await get(port, '/api/data');
            const passed = await send(port, 'PUT', '/api/data', { ...plan, pmos: [{ id: 'pmo-1' }] }, { 'If-Match': etag });
            checkSaved(passed);
            assert.equal(passed.text, saved);
            const refused = await send(port, 'POST', '/api/data', plan, { 'If-Match': etag });
            checkFailure(refused, 412, 'PRECONDITION_FAILED');
            assert.equal(`"${refused.json.revision}"`, passed.headers.etag);
            assert.deepEqual((await get(port, '/api/data')).json.pmos, [{ id: 'pmo-1' }]);
        });

        await t.test('a stale save is merged by its cookie', async () => {
            await send(port, 'POST', '/api/data', plan);
            const loaded = await get(port, '/api/data');
            const [cookie, ...attributes] = loaded.headers['set-cookie'][0].split('; ');
            assert.match(cookie, /^schedule-base-\d+=\d{13}$/);
            assert.deepEqual(attributes, ['HttpOnly', 'SameSite=Lax', 'Path=/api']);
            await send(port, 'POST', '/api/data', { ...plan, tasks: [{ id: 'task-1', progress: 50 }, { id: 'task-2' }] });
            const mine = { ...plan, tasks: [{ id: 'task-1', progress: 20 }, { id: 'task-3' }] };
            const merged = await send(port, 'POST', '/api/data', mine, { Cookie: `other=1; ${cookie}`, Origin: 'null' });
            checkSaved(merged);
            const { revision, conflicts, ...rest } = merged.json;
            assert.deepEqual(rest, { ok: true, message: '数据保存成功', merged: true });
            assert.equal(`"${revision}"`, merged.headers.etag);
            assert.deepEqual(conflicts, [{ path: '/tasks/task-1/progress', base: 0.1, current: 50, incoming: 20 }]);
            assert.deepEqual((await get(port, '/api/data')).json.tasks,
                [{ id: 'task-1', progress: 20 }, { id: 'task-2' }, { id: 'task-3' }]);
            const [held] = /\d{13}/.exec(merged.headers['set-cookie'][0]);
            assert.deepEqual((await get(port, `/api/backups/${held}`)).json, mine);
        });

        await t.test('a stale save is merged by ?base=, and replaces by ?replace=1', async () => {
            const base = (await send(port, 'POST', '/api/data', plan)).headers.etag.slice(1, -1);
            await send(port, 'POST', '/api/data', { ...plan, tasks: [{ id: 'task-2' }] });
            const merged = await send(port, 'POST', `/api/data?base=${base}`, { ...plan, pmos: [{ id: 'pmo-9' }] });
            assert.equal(merged.json.merged, true, merged.text);
            const { json } = await get(port, '/api/data');
            assert.deepEqual([json.tasks, json.pmos], [[{ id: 'task-2' }], [{ id: 'pmo-9' }]]);
            const replaced = await send(port, 'POST', `/api/data?base=${base}&replace=1`, plan);
            assert.equal(replaced.text, saved);
            assert.deepEqual((await get(port, '/api/data')).json.tasks, plan.tasks);
            checkFailure(await send(port, 'POST', '/api/data?base=x', plan), 400, 'BAD_REQUEST');
        });

        await t.test("a page's unrelated plan is 409, unless it is meant", async () => {
            const demo = { projects: [{ id: 'demo-1' }], tasks: [] };
            const origin = { Origin: `http://127.0.0.1:${port}` };
            const refused = await send(port, 'POST', '/api/data', demo, origin);
            checkFailure(refused, 409, 'UNRELATED_DOCUMENT');
            assert.match(refused.json.details, /\?replace=1.*If-Match/);
            assert.deepEqual((await get(port, '/api/data')).json.projects, plan.projects);
            checkSaved(await send(port, 'POST', '/api/data?replace=1', demo, origin));
            checkSaved(await send(port, 'POST', '/api/data', { projects: [] }, origin));
            checkSaved(await send(port, 'POST', '/api/data', plan));
        });
    });
}

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';

function testParts(name, start) {
    test(name, async (t) => {
        const { port } = await start(t);
        await send(port, 'POST', '/api/data', plan);
        const patch = (body, type, headers) => send(port, 'PATCH', '/api/data', body, { type, ...headers });
        const stored = async () => (await get(port, '/api/data')).json;

        await t.test('PATCH takes a merge patch', async () => {
            checkSaved(await patch({ pmos: null, note: '备注' }, mergePatch));
            assert.equal((await stored()).note, '备注');
            assert.ok(!('pmos' in await stored()));
        });

        await t.test('PATCH takes a JSON patch, all of it or nothing', async () => {
            const add = { op: 'add', path: '/tasks/-', value: { id: 'task-2' } };
            checkSaved(await patch([{ op: 'test', path: '/note', value: '备注' }, add], jsonPatch));
            assert.deepEqual((await stored()).tasks, [...plan.tasks, { id: 'task-2' }]);
            checkFailure(await patch([add, { op: 'test', path: '/note', value: 'x' }], jsonPatch), 409, 'CONFLICT');
            const bad = await patch([add, { op: 'remove', path: '/tasks/9' }], jsonPatch);
            checkFailure(bad, 400, 'BAD_REQUEST');
            assert.match(bad.json.details, /operation 2/);
            assert.equal((await stored()).tasks.length, 2);
        });

        await t.test('PATCH of another type is 415 and tells the types', async () => {
            const refused = await patch({}, 'application/json');
            checkFailure(refused, 415, 'UNSUPPORTED_MEDIA_TYPE');
            assert.equal(refused.headers['accept-patch'], `${mergePatch}, ${jsonPatch}`);
        });

        await t.test('PATCH honours If-Match', async () => {
            checkFailure(await patch({ note: 1 }, mergePatch, { 'If-Match': '"1"' }), 412, 'PRECONDITION_FAILED');
            const { headers: { etag } } = await get(port, '/api/data');
            checkSaved(await patch({ note: 1 }, mergePatch, { 'If-Match': etag }));
        });

        for (const id of ['任务-1', 'task 3', 'a&b=c?d#e%']) {
            await t.test(`an item with the id '${id}' is added, read, changed and removed`, async () => {
                const address = `/api/data/tasks/${encodeURIComponent(id)}`;
                const added = await send(port, 'POST', '/api/data/tasks', { id, progress: 1 });
                checkSaved(added, 201);
                assert.equal(decodeURIComponent(added.headers.location), `/api/data/tasks/${id}`);
                checkFailure(await send(port, 'POST', '/api/data/tasks', { id }), 409, 'CONFLICT');
                const loaded = await get(port, added.headers.location);
                assert.deepEqual(loaded.json, { id, progress: 1 });
                assert.equal((await get(port, address, { 'If-None-Match': loaded.headers.etag })).status, 304);
                checkSaved(await send(port, 'PUT', address, { progress: 2, note: 'x' }));
                checkSaved(await send(port, 'PATCH', address, { note: null, name: '名' }, { type: mergePatch }));
                assert.deepEqual((await get(port, address)).json, { id, progress: 2, name: '名' });
                checkFailure(await request(port, 'DELETE', address, { headers: { 'If-Match': '"1"' } }), 412,
                    'PRECONDITION_FAILED');
                checkSaved(await request(port, 'DELETE', address));
                checkFailure(await get(port, address), 404, 'NOT_FOUND');
                checkFailure(await request(port, 'DELETE', address), 404, 'NOT_FOUND');
            });
        }

        await t.test('a collection is listed, and an id made where none was given', async () => {
            const added = await send(port, 'POST', '/api/data/pmos', { name: '李四' });
            checkSaved(added, 201);
            assert.match(added.json.id, /^pmo-\d{13}$/);
            assert.equal(added.headers.location, `/api/data/pmos/${added.json.id}`);
            assert.deepEqual((await get(port, '/api/data/pmos')).json, [added.json]);
            checkFailure(await get(port, '/api/data/unknown'), 404, 'NOT_FOUND');
        });

        await t.test('each resource tells its methods', async () => {
            const allow = async (address) => (await request(port, 'OPTIONS', address)).headers.allow;
            assert.equal(await allow('/api/data/tasks'), 'GET, HEAD, POST, OPTIONS');
            assert.equal(await allow('/api/data/tasks/task-1'), 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS');
            checkFailure(await request(port, 'DELETE', '/api/data/tasks'), 405, 'METHOD_NOT_ALLOWED');
            checkFailure(await send(port, 'PATCH', '/api/health', {}, { type: mergePatch }), 405, 'METHOD_NOT_ALLOWED');
        });
    });
}

function testBackups(name, start) {
    test(name, async (t) => {
        const { port } = await start(t);
        const list = async () => (await get(port, '/api/backups')).json.backups;
        const first = (await send(port, 'POST', '/api/data', plan)).headers.etag.slice(1, -1);
        await send(port, 'POST', '/api/data', { ...plan, tasks: [] });

        await t.test('what was replaced is listed and can be loaded', async () => {
            const [entry, ...others] = await list();
            assert.deepEqual(others, []);
            const { bytes, ...rest } = entry;
            assert.deepEqual(rest,
                { revision: Number(first), time: new Date(Number(first)).toISOString(), kind: 'replaced' });
            const loaded = await get(port, `/api/backups/${first}`);
            assert.equal(loaded.bytes.length, bytes);
            assert.equal(loaded.headers.etag, `"${first}"`);
            assert.deepEqual(loaded.json, plan);
        });

        await t.test('what is stored now can be pinned', async () => {
            const pinned = await request(port, 'POST', '/api/backups');
            checkSaved(pinned, 201);
            assert.equal(pinned.headers.location, `/api/backups/${pinned.json.revision}`);
            const [entry] = await list();
            assert.deepEqual([entry.revision, entry.kind], [pinned.json.revision, 'pinned']);
            assert.deepEqual((await get(port, pinned.headers.location)).json, { ...plan, tasks: [] });
        });

        await t.test('a restored one is a new revision, and the replaced one a backup', async () => {
            const before = (await get(port, '/api/data')).headers.etag;
            const restore = (headers) => request(port, 'POST', `/api/backups/${first}/restore`, { headers });
            checkFailure(await restore({ 'If-Match': '"1"' }), 412, 'PRECONDITION_FAILED');
            const restored = await restore({ 'If-Match': before });
            checkSaved(restored);
            assert.ok(restored.headers.etag > before);
            assert.deepEqual((await get(port, '/api/data')).json.tasks, plan.tasks);
            assert.ok((await list()).some(({ revision }) => `"${revision}"` === before));
        });

        await t.test('one can be removed', async () => {
            const removed = await request(port, 'DELETE', `/api/backups/${first}`);
            assert.equal(removed.status, 200, removed.text);
            checkFailure(await get(port, `/api/backups/${first}`), 404, 'NOT_FOUND');
            checkFailure(await request(port, 'DELETE', `/api/backups/${first}`), 404, 'NOT_FOUND');
        });

        await t.test('what is no revision is 400 or 404', async () => {
            for (const bad of ['x', '-1', '1e3', '99999999999999999999', 'backup-1700000000000.json', '%20'])
                checkFailure(await get(port, `/api/backups/${bad}`), 400, 'BAD_REQUEST');
            checkFailure(await get(port, '/api/backups/1600000000000'), 404, 'NOT_FOUND');
            checkFailure(await request(port, 'POST', '/api/backups/1600000000000/restore'), 404, 'NOT_FOUND');
            checkFailure(await request(port, 'PUT', '/api/backups/1700000000000'), 405, 'METHOD_NOT_ALLOWED');
        });

        await t.test('health tells how the store is', async () => {
            const answer = await get(port, '/api/health');
            assert.equal(answer.status, 200, answer.text);
            const current = await get(port, '/api/data');
            const { json } = answer;
            assert.deepEqual([json.ok, json.readable, json.writable, json.locked], [true, true, true, false]);
            assert.equal(`"${json.revision}"`, current.headers.etag);
            assert.ok(json.bytes > 0);
            assert.equal(json.backups, (await list()).length);
            assert.ok(json.backupBytes > 0);
        });
    });
}

// What only a store in a directory has.
function testDirectory(name, start) {
    test(name, async (t) => {
        const { port, data } = await start(t);
        checkSaved(await send(port, 'POST', '/api/data', plan));

        await t.test('a backup that was put there by hand is like the others', async () => {
            fs.writeFileSync(path.join(data, 'backup-1700000000000.json'), '{"projects":[],"old":true}');
            assert.deepEqual((await get(port, '/api/backups/1700000000000')).json, { projects: [], old: true });
            checkSaved(await request(port, 'POST', '/api/backups/1700000000000/restore'));
            assert.equal((await get(port, '/api/data')).json.old, true);
        });

        await t.test('health tells how the directory is', async () => {
            const { json } = await get(port, '/api/health');
            assert.deepEqual([json.store, json.directory], ['file', data]);
            assert.equal(json.bytes, fs.statSync(path.join(data, 'project-data.json')).size);
            assert.equal(typeof json.ephemeral, 'boolean');
            assert.ok(json.freeBytes > 0 && json.freeInodes >= 0);
        });
    });
}

// What is the same for every store.
export function testStoreApi(name, start) {
    testRevisions(`${name}: revisions`, start);
    testParts(`${name}: parts of the document`, start);
    testBackups(`${name}: backups`, start);
}

// `start` starts the server with settings; everything is tested on one instance with a 1 MiB limit.
// `largeBytes` is a size beyond it that the server still passes on.
export function testApi(name, start, largeBytes) {
    testStoreApi(name, start);
    testDirectory(`${name}: the directory`, start);
    test(name, async (t) => {
        const running = await start(t, { settings: { SCHEDULE_MAX_BODY: String(1 << 20) } });
        const { port } = running;
        const file = path.join(running.data, 'project-data.json');

        await t.test('nothing stored is an empty schedule', async () => {
            const answer = await request(port, 'GET', '/api/data');
            assert.equal(answer.status, 200);
            assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
            assert.equal(answer.headers['cache-control'], 'no-cache');
            assert.equal(answer.text, `{"projects":[],"tasks":[],"taskTypes":${JSON.stringify(taskTypes)},` +
                '"pmos":[],"productManagers":[],"historyRecords":[]}');
        });

        await t.test('POST and PUT save', async () => {
            const answer = await post(port, '{"projects":[{"id":1,"progress":33.30}],"tasks":[]}');
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.text, saved);
            assert.equal(fs.readFileSync(file, 'utf8'),
                '{\n  "projects": [\n    {\n      "id": 1,\n      "progress": 33.30\n    }\n  ],\n  "tasks": []\n}');
            const put = await request(port, 'PUT', '/api/data',
                { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: '{"tasks":[7]}' });
            assert.equal(put.text, saved);
            const loaded = await request(port, 'GET', '/api/data');
            assert.deepEqual(loaded.json, { tasks: [7], taskTypes });
        });

        await t.test('HEAD has the length of GET and no body', async () => {
            const head = await request(port, 'HEAD', '/api/data');
            const get = await request(port, 'GET', '/api/data');
            assert.equal(head.status, 200);
            assert.equal(head.headers['content-length'], String(get.bytes.length));
            assert.equal(head.bytes.length, 0);
        });

        await t.test('a chunked upload is saved', async () => {
            const answer = await request(port, 'POST', '/api/data', {
                headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
                body: '{"tasks":["chunked"]}',
            });
            assert.equal(answer.text, saved);
            assert.deepEqual((await request(port, 'GET', '/api/data')).json.tasks, ['chunked']);
        });

        await t.test('OPTIONS is 204 with Allow', async () => {
            const answer = await request(port, 'OPTIONS', '/api/data');
            assert.equal(answer.status, 204);
            assert.equal(answer.headers.allow, 'GET, HEAD, POST, PUT, PATCH, OPTIONS');
            assert.equal(answer.headers['access-control-allow-origin'], undefined);
        });

        await t.test('other methods and paths are 405 and 404', async () => {
            const refused = await request(port, 'DELETE', '/api/data');
            checkFailure(refused, 405, 'METHOD_NOT_ALLOWED');
            assert.equal(refused.headers.allow, 'GET, HEAD, POST, PUT, PATCH, OPTIONS');
            checkFailure(await request(port, 'GET', '/api/other'), 404, 'NOT_FOUND');
            checkFailure(await request(port, 'POST', '/api/other', { body: '{}' }), 404, 'NOT_FOUND');
        });

        await t.test('what is no document is 400', async () => {
            for (const body of ['', 'x', '[]', '{"a":1}}', '{"a":"\\ud800"}', Buffer.from([0x7b, 0xff, 0x7d])]) {
                const answer = await request(port, 'POST', '/api/data', {
                    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
                    body,
                });
                checkFailure(answer, 400, 'BAD_REQUEST');
                assert.match(answer.json.details, /line 1, column \d+: /);
            }
        });

        await t.test('what is not sent as JSON is 415', async () => {
            checkFailure(await post(port, '{}', { 'Content-Type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
        });

        for (const how of ['Content-Length', 'Transfer-Encoding']) {
            await t.test(`refused bodies of ${largeBytes} bytes with ${how} are answered in JSON`, async () => {
                const large = Buffer.from(`{"a":"${'x'.repeat(largeBytes)}"}`);
                const sent = (address, type = 'application/json', body = large) => request(port, 'POST', address, {
                    headers: { 'Content-Type': type, [how]: how === 'Content-Length' ? body.length : 'chunked' }, body,
                });
                const tooLarge = await sent('/api/data');
                checkFailure(tooLarge, 413, 'PAYLOAD_TOO_LARGE');
                assert.match(tooLarge.json.details, /1048576 bytes/);
                checkFailure(await sent('/api/data', 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE');
                checkFailure(await sent('/api/other'), 404, 'NOT_FOUND');
                checkFailure(await sent('/api/data?base=x'), 400, 'BAD_REQUEST');
                checkFailure(await sent('/api/data', 'application/json', large.subarray(0, 1 << 20)), 400, 'BAD_REQUEST');
                assert.deepEqual((await request(port, 'GET', '/api/data')).json.tasks, ['chunked']);
            });
        }

        await t.test('traversal leads nowhere', async () => {
            for (const address of ['/..%2f', '/..%2f..%2f..%2fetc%2fpasswd', '/%', '/%2e%2e/%2e%2e/etc/passwd',
                '/../../../../etc/passwd', '/api/../../etc/passwd', '/api/data/..%2f..', '/api/%00', '/api/data%00',
                '/api/data/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/lighttpd.conf', '/.git/config', '//etc/passwd',
                '/api/backups/..', '/api/backups/../../../../etc/passwd', '/api/backups/%2e%2e%2fproject-data.json',
                '/api/backups/..%2f..%2fetc%2fpasswd', '/api/backups/%2fetc%2fpasswd', '/api/backups/backup-1.json',
                '/api/backups/data.lock', '/api/data/tasks/..', '/api/data/tasks/../../../etc/passwd',
                '/api/data/tasks/%2e%2e', '/api/data/tasks/..%2f..%2f..%2fetc%2fpasswd', '/api/data/..%2ftasks']) {
                const answer = await request(port, 'GET', address);
                assert.ok(answer.status < 500, `${address}: ${answer.status}`);
                assert.doesNotMatch(answer.text, /root:|repositoryformatversion|server\.modules/, address);
            }
        });

        await t.test('a corrupt document is 503 and survives a save', async () => {
            fs.writeFileSync(file, '{"half":');
            checkFailure(await request(port, 'GET', '/api/data'), 503, 'CORRUPT_DATA');
            checkFailure(await post(port, '{"demo":1}'), 503, 'CORRUPT_DATA');
            assert.equal(fs.readFileSync(file, 'utf8'), '{"half":');
            fs.rmSync(file);
        });

        await t.test('the log has a line for each of it', async () => {
            const read = () => running.log;
            await logged(read, /\[INFO\] 创建数据目录: /);
            await logged(read,
                /\[INFO\] POST \/api\/data 数据保存成功: .*\/project-data\.json \d+ bytes revision \d{13}\n/);
            await logged(read, /\[ERROR\] POST \/api\/data 数据保存最终失败，错误: the body: line 1/);
            await logged(read, /\[WARN\] GET \/api\/other NOT_FOUND: /);
        });
    });
}
