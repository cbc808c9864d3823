// The board for tests: lighttpd as scripts/serve starts it, and Debian's chromium to look at the page with. Whatever the
// page says on the console, and whatever it asks of anybody else, is a failure.

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { chromium } from 'playwright-core';

import { post, request, startLighttpd } from '../server/servers.mjs';

// The browser tells of every request that fails; tests that make some fail say so.
export const failedRequests = /Failed to load resource|net::ERR_/;

// -> { running, address, open, document, save, kill, startAgain }; all of it goes with the test `t`.
export async function startBoard(t, { plan = null, settings = {} } = {}) {
    const contexts = [];
    // Pages go first: one that asks for news while the server goes would tell of that.
    t.after(() => Promise.all(contexts.map((context) => context.close())));
    const running = await startLighttpd(t, { settings });
    const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
            '--disable-component-update', '--disable-sync', '--no-first-run'],
    });
    t.after(() => browser.close());
    const address = `http://localhost:${running.port}`;
    if (plan !== null)
        assert.equal((await post(running.port, plan)).status, 200);
    return {
        running,
        address,
        open: (inner, options) => pageOpen(inner, { browser, address, contexts }, options),
        document: async () => (await request(running.port, 'GET', '/api/data')).json,
        save: (document) => post(running.port, document),
        kill: () => lighttpdKill(running.server),
        startAgain: () => startLighttpd(t, { settings, port: running.port }),
    };
}

// Without any chance to end well; scripts/serve, whose only child it is, ends with it.
async function lighttpdKill({ child, exited }) {
    process.kill(Number(fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')), 'SIGKILL');
    await exited;
}

// A person's page, with a browser profile of its own; it goes with the (sub)test `t`. `expected` are
// console messages that the test provokes; `prepare(page)` is called before it is loaded.
async function pageOpen(t, { browser, address, contexts }, options = {}) {
    const {
        path = '/', language = 'en', width = 1280, height = 800, dark = false, expected = /^$/, prepare = () => {},
        ...rest
    } = options;
    const context = await browser.newContext({
        locale: language === 'zh' ? 'zh-CN' : 'en-GB', viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light', baseURL: address, ...rest,
    });
    contexts.push(context);
    const problems = [];
    context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && !expected.test(message.text()))
            problems.push(message.text());
    });
    context.on('weberror', (error) => problems.push(error.error().stack));
    context.on('request', (sent) => {
        if (!sent.url().startsWith(`${address}/`) && !/^(data|blob):/.test(sent.url()))
            problems.push(sent.url());
    });
    t.after(async () => {
        await context.close();
        assert.deepEqual(problems, []);
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    await prepare(page);
    await page.goto(path);
    return page;
}

// Waits until all that was done is saved.
export async function saved(page) {
    await page.locator('.state[data-kind="saved"], .state[data-kind="merged"]').waitFor();
}
