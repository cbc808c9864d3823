// The page in a real browser, Debian's chromium.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { chromium } from 'playwright-core';

import { post, request, startLighttpd } from '../server/servers.mjs';

const schedule = {
    projects: [
        { id: 'project-1', name: '支付系统改造', startDate: '2026-01-05', endDate: '2026-03-31', progress: 40 },
        { id: 'project-2', name: '<b>注入</b>', progress: 0 },
    ],
    tasks: [
        { id: 'task-1', projectId: 'project-1', name: '接口开发', progress: 33.3,
            type: { id: '1', name: '开发排期', color: '#1890ff', enabled: true } },
        { id: 'task-2', projectId: 'project-2', name: '联调', type: { color: 'url(https://example.invalid/x)' } },
        { id: 'task-3', projectId: 'gone', name: '无主任务' },
        null,
    ],
    extra: { kept: '不认识的成员' },
};

test('the page', async (t) => {
    const running = await startLighttpd(t);
    const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
            '--disable-component-update', '--disable-sync'],
    });
    t.after(() => browser.close());
    const page = await browser.newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    const address = `http://localhost:${running.port}/`;
    const foreign = [];
    page.on('request', (sent) => sent.url().startsWith(address) || sent.url() === 'data:,' || foreign.push(sent.url()));
    const state = page.locator('#state');
    const projects = page.locator('#projects > li');

    await t.test('says that there is nothing yet', async () => {
        await page.goto(address);
        await state.filter({ hasText: '已载入' }).waitFor();
        assert.equal(await projects.innerText(), '还没有项目');
    });

    await t.test('lists projects with their tasks', async () => {
        await post(running.port, schedule);
        await page.reload();
        await state.filter({ hasText: '已载入' }).waitFor();
        assert.deepEqual(await projects.allInnerTexts(), [
            '支付系统改造 2026-01-05 – 2026-03-31 · 40%\n接口开发 开发排期 · 33.3%',
            '<b>注入</b> 0%\n联调',
            '不属于任何项目的任务\n无主任务',
        ]);
    });

    await t.test('works on every route and asks nobody else', async () => {
        await page.goto(`${address}deep/route`);
        await state.filter({ hasText: '已载入' }).waitFor();
        assert.equal(await projects.count(), 3);
        assert.deepEqual(foreign, []);
    });

    await t.test('adds a project and keeps all else, also what others saved meanwhile', async () => {
        await post(running.port, { ...schedule, pmos: [{ id: 'pmo-1' }] });
        await page.getByLabel('新项目').fill('  新的项目 ');
        await page.keyboard.press('Enter');
        await state.filter({ hasText: '已保存' }).waitFor();
        assert.equal(await projects.count(), 4);
        const { json } = await request(running.port, 'GET', '/api/data');
        assert.equal(json.projects[2].name, '新的项目');
        assert.match(json.projects[2].id, /^project-\d{13}$/);
        assert.deepEqual({ ...json, projects: json.projects.slice(0, 2), taskTypes: undefined },
            { ...schedule, pmos: [{ id: 'pmo-1' }], taskTypes: undefined });
    });

    // As pages do that know nothing of revisions: one load, then whole documents, answers never read.
    await t.test('two people save from the same load, and neither save is lost', async () => {
        const people = [];
        for (const name of ['zhang', 'li']) {
            const context = await browser.newContext();
            t.after(() => context.close());
            const person = { name, page: await context.newPage() };
            await person.page.goto(address);
            await person.page.evaluate(async () => { window.held = await (await fetch('/api/data')).json(); });
            people.push(person);
        }
        const change = ({ name, page: theirs }, edit) => theirs.evaluate(async ([id, what]) => {
            if (what === 'add')
                window.held.tasks.push({ id });
            else
                window.held.tasks = window.held.tasks.filter((task) => task?.id !== id);
            const headers = { 'Content-Type': 'application/json' };
            const answer = await fetch('/api/data', { method: 'POST', headers, body: JSON.stringify(window.held) });
            if (!answer.ok || document.cookie !== '')
                throw new Error(`${answer.status} ${document.cookie}`);
        }, [`task-${name}`, edit]);
        const ids = async () => (await request(running.port, 'GET', '/api/data')).json.tasks.map((task) => task?.id);
        const before = await ids();
        await change(people[0], 'add');
        await change(people[1], 'add');
        assert.deepEqual(await ids(), [...before, 'task-zhang', 'task-li']);
        await change(people[0], 'remove');
        assert.deepEqual(await ids(), [...before, 'task-li']);
    });

    await t.test('says why a save failed', async () => {
        fs.writeFileSync(path.join(running.data, 'project-data.json'), '{"half":');
        await page.getByLabel('新项目').fill('丢失');
        await page.getByRole('button').click();
        await state.filter({ hasText: '保存失败：已保存的数据文件损坏' }).waitFor();
        assert.equal(await page.getByLabel('新项目').inputValue(), '丢失');
        await page.reload();
        await state.filter({ hasText: '载入失败：已保存的数据文件损坏' }).waitFor();
    });

    await t.test('says when the server is gone', async () => {
        await running.stop();
        await page.getByLabel('新项目').fill('断网');
        await page.getByRole('button').click();
        await state.filter({ hasText: '保存失败：无法连接服务器' }).waitFor();
    });

    await t.test('without an error of its own', () => assert.deepEqual(problems, []));

});
