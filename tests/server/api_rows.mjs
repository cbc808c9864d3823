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

// `start` starts the server with settings; everything is tested on one instance with a 1 MiB limit.
// `largeBytes` is a size beyond it that the server still passes on.
export function testApi(name, start, largeBytes) {
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
            assert.equal(answer.headers.allow, 'GET, HEAD, POST, PUT, OPTIONS');
            assert.equal(answer.headers['access-control-allow-origin'], undefined);
        });

        await t.test('other methods and paths are 405 and 404', async () => {
            const refused = await request(port, 'DELETE', '/api/data');
            checkFailure(refused, 405, 'METHOD_NOT_ALLOWED');
            assert.equal(refused.headers.allow, 'GET, HEAD, POST, PUT, OPTIONS');
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

        await t.test(`refused bodies of ${largeBytes} bytes are answered in JSON`, async () => {
            const large = `{"a":"${'x'.repeat(largeBytes)}"}`;
            const tooLarge = await post(port, large);
            checkFailure(tooLarge, 413, 'PAYLOAD_TOO_LARGE');
            assert.match(tooLarge.json.details, /1048576 bytes/);
            checkFailure(await post(port, large, { 'Content-Type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
            checkFailure(await request(port, 'POST', '/api/other', { body: large }), 404, 'NOT_FOUND');
            assert.deepEqual((await request(port, 'GET', '/api/data')).json.tasks, ['chunked']);
        });

        await t.test('traversal leads nowhere', async () => {
            for (const address of ['/..%2f', '/..%2f..%2f..%2fetc%2fpasswd', '/%', '/%2e%2e/%2e%2e/etc/passwd',
                '/../../../../etc/passwd', '/api/../../etc/passwd', '/api/data/..%2f..', '/api/%00', '/api/data%00',
                '/api/data/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/lighttpd.conf', '/.git/config', '//etc/passwd']) {
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
