import assert from 'node:assert/strict';
import test from 'node:test';

import { testApi } from './api_rows.mjs';
import { request, startNginx } from './servers.mjs';

testApi('the API behind nginx and fcgiwrap', startNginx, 10 << 20);

test('the page behind nginx', async (t) => {
    const running = await startNginx(t);
    const page = await request(running.port, 'GET', '/projects/7');
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>项目排期<\/title>/);
    assert.equal(page.headers['cache-control'], 'no-cache');
    assert.equal((await request(running.port, 'GET', '/missing.js')).status, 404);
});
