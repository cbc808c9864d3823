import assert from 'node:assert/strict';
import test from 'node:test';

import { testApi } from './api_rows.mjs';
import { filesOf, pagePolicy, request, startNginx } from './servers.mjs';

testApi('the API behind nginx and fcgiwrap', startNginx, 10 << 20);

test('the page behind nginx', async (t) => {
    const running = await startNginx(t);
    const page = await request(running.port, 'GET', '/projects/7');
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>项目排期/);
    assert.equal(page.headers['cache-control'], 'no-cache');
    for (const address of ['/', '/projects/7', '/board/x.js', '/api/data']) {
        const { headers } = await request(running.port, 'GET', address);
        assert.equal(headers['content-security-policy'], pagePolicy, address);
    }
    const files = filesOf(page.text);
    assert.ok(files.length >= 4, page.text);
    for (const address of files) {
        const file = await request(running.port, 'GET', address);
        assert.equal(file.status, 200, address);
        assert.equal(file.headers['cache-control'], 'max-age=31536000', address);
    }
    for (const address of ['/missing.js', '/board/x.js', '/board/main-b00123456789.js']) {
        const answer = await request(running.port, 'GET', address);
        assert.equal(answer.status, 404, address);
        assert.notEqual(answer.headers['cache-control'], 'max-age=31536000', address);
    }
});
