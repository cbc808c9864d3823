// Revisions as ETags, as they arrive at a client through a server, which may compress the answers.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';

import { post, request } from './servers.mjs';

// Long enough for every server to find compressing it worth while.
const schedule = {
    projects: [{ id: 'project-1', name: '支付系统', note: '长'.repeat(5000) }], tasks: [], taskTypes: [{ id: '1' }],
};
const decoders = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync };

function load(port, headers) {
    return request(port, 'GET', '/api/data', { headers });
}

async function checkUnmodified(port, etag, headers) {
    const answer = await load(port, { 'If-None-Match': etag, ...headers });
    assert.equal(answer.status, 304);
    assert.equal(answer.bytes.length, 0);
    assert.equal(answer.headers['content-encoding'], undefined);
    return answer;
}

// The tag lets a save pass while it names what is stored, and no other.
async function checkCondition(running, etag, document) {
    const file = path.join(running.data, 'project-data.json');
    const saved = await post(running.port, document, { 'If-Match': etag });
    assert.equal(saved.status, 200, saved.text);
    const stored = fs.readFileSync(file, 'utf8');
    const refused = await post(running.port, { ...document, late: true }, { 'If-Match': etag });
    assert.equal(refused.status, 412);
    assert.equal(refused.json.error, 'PRECONDITION_FAILED');
    assert.equal(`"${refused.json.revision}"`, saved.headers.etag);
    assert.equal(fs.readFileSync(file, 'utf8'), stored);
}

export function testEtags(name, start) {
    test(`ETags ${name}`, async (t) => {
        const running = await start(t);
        const saved = await post(running.port, schedule);
        const loaded = await load(running.port);
        assert.match(loaded.headers.etag, /^"\d{13}"$/);
        assert.equal(saved.headers.etag, loaded.headers.etag);

        await t.test('what a client has is 304, without a body', async () => {
            const answer = await checkUnmodified(running.port, loaded.headers.etag);
            assert.equal(answer.headers.etag, loaded.headers.etag);
            assert.equal((await load(running.port, { 'If-None-Match': '"1"' })).status, 200);
        });
        await t.test('a save passes with the tag of what is stored alone', () =>
            checkCondition(running, loaded.headers.etag, { ...schedule, tasks: [{ id: 'task-1' }] }));
    });
}

// `start` starts a server that compresses; `forms` tells of each encoding how the tag then looks.
export function testCompressedEtags(name, start, forms) {
    test(`ETags ${name}`, async (t) => {
        const running = await start(t);
        await post(running.port, schedule);
        for (const [encoding, form] of Object.entries(forms)) {
            await t.test(`of what was compressed by ${encoding}`, async () => {
                const plain = await load(running.port);
                const answer = await load(running.port, { 'Accept-Encoding': encoding });
                assert.equal(answer.headers['content-encoding'], encoding);
                assert.ok(answer.bytes.length < plain.bytes.length);
                if (decoders[encoding])
                    assert.deepEqual(decoders[encoding](answer.bytes), plain.bytes);
                const { etag } = answer.headers;
                assert.equal(etag, form(/\d+/.exec(plain.headers.etag)[0]));
                await checkUnmodified(running.port, etag);
                await checkUnmodified(running.port, etag, { 'Accept-Encoding': encoding });
                await checkCondition(running, etag, { ...schedule, tasks: [{ id: `task-${encoding}` }] });
            });
        }
    });
}
