// History as a person uses it: what changed, in words, restoring and undoing that, copies kept by hand, a damaged
// document; and the report of what others changed meanwhile.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { failedRequests, saved, startBoard } from './board.mjs';
import { hits, hostilePlan } from './hostile_plan.mjs';

const changes = [
    { progress: { from: 10, to: 20 } }, '<b>as text</b>', ['one', { field: 'name', oldValue: 'a', newValue: 'b' }],
];

const first = {
    projects: [
        { id: 'p1', name: 'Payments', status: 'normal', progress: 10, startDate: '2026-01-05', endDate: '2026-03-31' },
        { id: 'p2', name: 'Portal' },
    ],
    tasks: [
        {
            id: 't1', projectId: 'p1', name: 'Login', progress: 20, startDate: '2026-01-05', endDate: '2026-01-09',
            assignees: ['Bob'],
        },
        { id: 't2', projectId: 'p1', name: 'Logout', progress: 0, assignees: [] },
    ],
    taskTypes: [{ id: '1', name: 'Build', color: '#1890ff', enabled: true }],
    pmos: [], productManagers: [],
    historyRecords: Array.from({ length: 60 }, (_, index) => ({
        id: `h${index}`, entityType: 'task', entityName: `Task ${index}`, operation: 'update', operator: 'Ann',
        operatedAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
        changes: changes[index % changes.length],
    })),
};

// The document with other members in its tasks: { t1: { progress: 40 } }.
function withTasks(document, members) {
    return { ...document, tasks: document.tasks.map((task) => ({ ...task, ...members[task.id] })) };
}

const second = withTasks(first, { t1: { progress: 40, assignees: ['Ann'] } });
const third = { ...withTasks(second, { t1: { progress: 60 } }), projects: [{ ...first.projects[0], status: 'risk' }] };

// The buttons of the versions, newest first.
const versions = (page) => page.getByRole('listitem').getByRole('button').filter({ hasText: /\d\d:\d\d:\d\d/ });
const report = (page) => page.getByRole('region', { name: 'Changes by others' });

// From wherever in it the page is.
async function historyOpen(page) {
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('heading', { name: 'Choose a version' }).waitFor();
}

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function isAccessible(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join()}`);
    assert.deepEqual(told, []);
}

async function versionOpen(page, index) {
    await versions(page).nth(index).click();
    await page.getByRole('button', { name: 'Restore this one' }).waitFor();
}

// Until it is so: what is stored follows what is shown.
async function storedIs(board, expected) {
    const deadline = Date.now() + 10000;
    for (let document; !expected(document = await board.document()); await sleep(50))
        assert.ok(Date.now() < deadline, JSON.stringify(document));
}

const progressOf = (id) => (document) => document.tasks.find((task) => task.id === id)?.progress;

// What the browser says when somebody else was faster in saving.
const overtaken = /status of 412/;

// Makes an edit of the page's own, by undoing a restore, and lets others save `theirs` before it is saved.
async function editAgainst(board, page, theirs) {
    await versions(page).last().click();
    await page.getByRole('button', { name: 'Restore this one' }).click();
    let go;
    const held = new Promise((resolve) => { go = resolve; });
    await page.route('**/api/data?base=*', (route) => held.then(() => route.continue()), { times: 1 });
    const sent = page.waitForRequest('**/api/data?base=*');
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await sent;
    await board.save(theirs(await board.document()));
    go();
}

test('history', async (t) => {
    const board = await startBoard(t, { plan: first });
    await board.save(second);
    await board.save(third);
    const page = await board.open(t, { path: '/history' });

    await t.test('tells what changed since a version, what its save changed, and what was in it', async () => {
        await historyOpen(page);
        assert.equal(await versions(page).first().getByText('Current version').count(), 1);
        assert.equal(await versions(page).count(), 3);
        await versionOpen(page, 1);
        const summary = '1 project changed, 1 project deleted, 1 task changed';
        await page.getByText(`From this version to the document now: ${summary}`).waitFor();
        await page.getByText('Progress 40% → 60%').waitFor();
        await page.getByRole('heading', { name: 'Portal Deleted' }).waitFor();
        await page.getByText('Status On track → At risk').waitFor();

        await page.getByRole('button', { name: 'What this save changed' }).click();
        await page.getByText('Progress 20% → 40%').waitFor();
        await page.getByText('Assignees: + Ann, − Bob').waitFor();
        await isAccessible(page);

        await page.getByRole('button', { name: 'The document', exact: true }).click();
        await page.getByText('2 projects, 2 tasks').waitFor();
        await page.getByText('5 – 9 Jan 2026 · 40% · Ann').waitFor();

        const download = page.waitForEvent('download');
        await page.getByRole('link', { name: 'Download as JSON' }).click();
        assert.deepEqual(JSON.parse(fs.readFileSync(await (await download).path(), 'utf8')), second);
    });

    await t.test('goes back and forth by the address and by keys', async () => {
        await historyOpen(page);
        await versions(page).first().focus();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await page.getByText('Progress 20% → 60%').waitFor();
        assert.equal(await versions(page).nth(2).getAttribute('aria-current'), 'true');
        assert.ok(await versions(page).nth(2).evaluate((node) => node === document.activeElement));
        await page.reload();
        await page.getByText('Progress 20% → 60%').waitFor();
        await page.goBack();
        await page.getByRole('heading', { name: 'Choose a version' }).waitFor();
    });

    await t.test('restores with one click, and undoes that', async () => {
        await historyOpen(page);
        await versionOpen(page, 2);
        await page.getByRole('button', { name: 'Restore this one' }).click();
        await page.getByText('The document now is the same').waitFor();
        assert.deepEqual(await board.document(), first);
        await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
        await page.getByText('Progress 20% → 60%').waitFor();
        await storedIs(board, (document) => document.projects.length === 1);
        assert.deepEqual(await board.document(), third);
        // What was restored and what was undone are versions, too.
        await versions(page).nth(4).waitFor();
    });

    await t.test('keeps a copy by hand', async () => {
        await historyOpen(page);
        await saved(page);
        await page.getByRole('button', { name: 'Keep a copy now' }).click();
        await versions(page).filter({ hasText: 'Current version' }).getByText('Kept by hand').waitFor();
        const { backups } = await (await fetch(`${board.address}/api/backups`)).json();
        assert.deepEqual(backups.filter(({ kind }) => kind === 'pinned').length, 1);
    });

    await t.test('shows what was sent before merging when asked', async () => {
        const { revision } = await (await fetch(`${board.address}/api/backups`)).json();
        await board.save(withTasks(third, { t1: { progress: 70 } }));
        const response = await fetch(`${board.address}/api/data?base=${revision}`, {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(withTasks(third, { t2: { progress: 5 } })),
        });
        assert.ok((await response.json()).merged);
        await historyOpen(page);
        await page.reload();
        await versions(page).first().waitFor();
        assert.equal(await versions(page).getByText('Sent before merging').count(), 0);
        await page.getByRole('switch', { name: 'Show what was sent before merging (1)' }).click();
        await versions(page).filter({ hasText: 'Sent before merging' }).click();
        await page.getByRole('button', { name: 'What merging made of it' }).click();
        await page.getByText('Progress 60% → 70%').waitFor();
    });

    await t.test('tells who saved a version, where that is known, in any name', async (t) => {
        const page = await board.open(t, { path: '/history?sent=1', language: 'zh', width: 390, height: 844 });
        const long = `<hit-me>${'一个很长的名字'.repeat(12)}`;
        await page.route('**/api/backups', async (route) => {
            const response = await route.fetch();
            const { backups, ...list } = await response.json();
            const savedByBo = (backup) => backup.kind === 'submitted' ? { ...backup, savedBy: 'bo' } : backup;
            await route.fulfill({ response, json: { ...list, savedBy: long, backups: backups.map(savedByBo) } });
        });
        await page.reload();
        const saver = versions(page).locator('bdi');
        await saver.first().waitFor();
        assert.deepEqual(await saver.allInnerTexts(), [long, 'bo']);
        assert.equal(await saver.first().getAttribute('title'), `由 \u2068${long}\u2069 保存`);
        assert.equal(await saver.last().getAttribute('title'), '由 \u2068bo\u2069 提交');
        assert.ok(await saver.first().evaluate((node) => node.scrollWidth > node.clientWidth));
        assert.ok(await page.locator('.history-side').evaluate((node) => node.scrollWidth <= node.clientWidth));
        await versions(page).first().click();
        const words = page.locator('.version-head').getByText('<hit-me>');
        assert.equal(await words.getAttribute('title'), `由 \u2068${long}\u2069 保存`);
        assert.ok(await words.evaluate((node) => node.scrollWidth > node.clientWidth));
        assert.equal(await page.locator('hit-me').count(), 0);
        await page.getByRole('button', { name: '返回列表' }).click();
        await versions(page).last().click();
        assert.equal(await page.locator('.version-head').getByText(/由 .* (保存|提交)/).count(), 0);
    });

    await t.test("lists the document's own records", async () => {
        await historyOpen(page);
        await page.getByRole('button', { name: 'History records in the document (60)' }).click();
        const records = page.locator('.history-detail').getByRole('listitem');
        assert.equal(await records.count(), 50);
        assert.match(await records.first().innerText(),
            /Ann\s+Changed task Task 59\s+one\nfield: name; oldValue: a; newValue: b$/);
        assert.match(await records.nth(1).innerText(), /Changed task Task 58\s+<b>as text<\/b>$/);
        assert.match(await records.nth(2).innerText(), /Changed task Task 57\s+Progress: {"from":10,"to":20}$/);
        await page.getByRole('button', { name: 'and 10 more' }).click();
        assert.equal(await records.count(), 60);
        assert.ok(await records.nth(50).evaluate((node) => node === document.activeElement));
    });

    await t.test('on a phone, shows a version in place of the list', async (t) => {
        const page = await board.open(t, { path: '/history', width: 390, height: 844, language: 'zh' });
        await versions(page).last().click();
        await page.getByText('进度 20% → 70%').waitFor();
        assert.ok(!await versions(page).first().isVisible());
        assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2');
        await page.getByRole('button', { name: '返回列表' }).click();
        assert.ok(await versions(page).first().isVisible());
        assert.ok(!await page.getByText('进度 20% → 70%').isVisible());
    });

    await t.test('says what it cannot do, and does it when it can', async (t) => {
        const page = await board.open(t, { path: '/history', expected: failedRequests });
        await versions(page).first().waitFor();
        await page.route('**/api/backups/*', (route) => route.abort());
        await versions(page).last().click();
        await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
        await page.unroute('**/api/backups/*');
        await page.getByRole('button', { name: 'Try again now', exact: true }).click();
        await page.getByText('Progress 20% → 70%').waitFor();
    });

    await t.test('tells in words what others change, all of it until it is dismissed', async (t) => {
        await board.save(first);
        const page = await board.open(t, { path: '/settings' });
        await saved(page);
        assert.ok(!await report(page).isVisible());
        await board.save(second);
        await page.locator('.state').click();
        await report(page).getByText('Changes by others came in: 1 task changed').waitFor();
        await board.save(third);
        await page.locator('.state').click();
        const summary = '1 project changed, 1 project deleted, 1 task changed';
        await report(page).getByText(`Changes by others came in: ${summary}`).click();
        await report(page).getByText('Progress 20% → 60%').waitFor();
        await report(page).getByText('Status On track → At risk').waitFor();
        await page.getByRole('status').getByText('Changes by others came in').waitFor({ state: 'attached' });
        await report(page).getByRole('button', { name: 'Dismiss' }).click();
        assert.ok(!await report(page).isVisible());
    });

    await t.test('lets news go that nobody looks at', async (t) => {
        const page = await board.open(t, { path: '/settings' });
        await page.clock.install();
        await page.reload();
        await saved(page);
        await board.save(second);
        await page.locator('.state').click();
        const news = report(page).getByText('Changes by others came in: 1 project changed, 1 project added');
        await news.click();
        await page.clock.fastForward(60000);
        assert.ok(await news.isVisible());
        await news.click();
        await page.locator('.state').focus();
        await page.locator('.state').hover();
        await page.clock.fastForward(20000);
        assert.ok(!await news.isVisible());
    });

    await t.test('stays away once it was dismissed, while more keeps coming', async (t) => {
        const page = await board.open(t, { path: '/history' });
        await page.clock.install();
        await page.reload();
        await versions(page).first().waitFor();
        const comes = async (plan) => {
            const before = await versions(page).count();
            await board.save(plan);
            await page.locator('.state').click();
            await versions(page).nth(before).waitFor();
        };
        await comes(third);
        await report(page).getByRole('button', { name: 'Dismiss' }).click();
        await comes(second);
        await page.clock.fastForward(19000);
        await comes(third);
        assert.ok(!await report(page).isVisible());
        await page.clock.fastForward(20000);
        await comes(second);
        await report(page).getByText('Changes by others came in: 1 project changed, 1 project added').waitFor();
        await board.save(third);
    });

    await t.test('tells what others changed from what the person did', async (t) => {
        const page = await board.open(t, { path: '/history', expected: overtaken });
        await editAgainst(board, page, (document) => withTasks(document, { t2: { progress: 15 } }));
        await report(page).getByText('Changes by others came in: 1 task changed').click();
        await report(page).getByText('Progress 0% → 15%').waitFor();
        assert.match(await report(page).innerText(), /Logout Changed\nProgress 0% → 15%$/);
        assert.equal(await report(page).getByRole('button', { name: 'Use the other value' }).count(), 0);
    });

    await t.test('decides no conflict for good: the other value can be used, and given back', async (t) => {
        const page = await board.open(t, { path: '/history', expected: overtaken });
        // The person has 60% and 15% again, and Portal deleted; others touch all of these.
        await editAgainst(board, page, (document) => {
            const { projects, ...rest } = withTasks(document, { t1: { progress: 77 } });
            const wanted = { ...projects[1], remark: 'wanted' };
            return { ...rest, projects: [projects[0], wanted], tasks: rest.tasks.slice(0, 1) };
        });
        const conflict = (name) =>
            report(page).getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
        await report(page).getByText('You and others changed the same 3 things').waitFor();

        await isAccessible(page);

        const progress = conflict('Payments › Login › Progress');
        assert.match(await progress.innerText(), /Before\s+20%\s+Others\s+77%\s+You\s+60%\s*stands/);
        await progress.getByRole('button', { name: 'Use the other value' }).click();
        await storedIs(board, (document) => progressOf('t1')(document) === 77);
        await progress.getByText('Used').waitFor();
        await progress.getByRole('button', { name: 'Undo' }).click();
        await storedIs(board, (document) => progressOf('t1')(document) === 60);

        // Others deleted it, and it was kept for what the person changed about it.
        const task = conflict('Payments › Logout');
        assert.match(await task.innerText(), /Others\s+Deleted\s+You\s+Progress 0% → 15%/);
        await task.getByRole('button', { name: 'Use the other value' }).click();
        await storedIs(board, (document) => document.tasks.every(({ id }) => id !== 't2'));
        await task.getByRole('button', { name: 'Undo' }).click();
        await storedIs(board, (document) => progressOf('t2')(document) === 15);

        // The person deleted it, and it was kept for what others changed about it.
        const project = conflict('Portal');
        assert.match(await project.innerText(), /Others\s+Remark \(none\) → wanted\s*stands\s+You\s+Deleted/);
        await project.getByRole('button', { name: 'Delete it after all' }).click();
        await storedIs(board, (document) => document.projects.length === 1);

        // It can be undone as any edit, and the report follows.
        await page.getByRole('button', { name: 'Undo: Deleted Portal' }).click();
        await project.getByRole('button', { name: 'Delete it after all' }).waitFor();
        await storedIs(board, (document) => document.projects.length === 2);

        // What it belongs to goes meanwhile.
        await board.save(withTasks({ ...first, tasks: first.tasks.slice(1) }, { t2: { progress: 15 } }));
        await page.locator('.state').click();
        await progress.getByText('What it belonged to is gone').waitFor();

        await page.getByRole('button', { name: '中文' }).click();
        await page.getByText('有 3 处修改与他人冲突').waitFor();
        await page.getByRole('button', { name: '关闭' }).first().click();
        assert.ok(!await page.getByText('有 3 处修改与他人冲突').isVisible());
    });

    await t.test('shows a few of many changes, and all when asked', async () => {
        const tasks = Array.from({ length: 300 }, (_, index) =>
            ({ id: `n${index}`, projectId: 'p1', name: `New ${index}` }));
        await board.save({ ...first, tasks: [...first.tasks, ...tasks] });
        await board.save(first);
        await historyOpen(page);
        await page.reload();
        await versionOpen(page, 1);
        await page.getByText('From this version to the document now: 300 tasks deleted').waitFor();
        assert.equal(await page.getByText(/^New \d+ Deleted$/).count(), 120);
        await page.getByRole('button', { name: 'and 180 more' }).click();
        assert.equal(await page.getByText(/^New \d+ Deleted$/).count(), 300);
        assert.equal(await page.evaluate(() => document.activeElement.textContent), 'New 120 Deleted');
    });

    await t.test('takes for text whatever documents say', async () => {
        await board.save(hostilePlan());
        await page.locator('.state').click();
        await report(page).getByText('Changes by others came in').click();
        await report(page).getByText('<hit-me>').first().waitFor();
        await page.reload();
        await versions(page).first().click();
        await page.locator('.differences').getByText('<hit-me>').first().waitFor();
        await page.getByRole('button', { name: 'The document', exact: true }).click();
        await page.locator('.outline').getByText('<hit-me>').first().waitFor();
        assert.deepEqual(await hits(page), { script: undefined, elements: 0 });
    });

    await t.test('restores a version where the document is damaged', async (t) => {
        await page.close();
        await board.save(first);
        await board.save(second);
        fs.writeFileSync(path.join(board.running.data, 'project-data.json'), 'garbage');
        const other = await board.open(t, { expected: failedRequests });
        await other.getByRole('button', { name: 'See earlier versions' }).click();
        await versions(other).first().getByText('damaged').waitFor();
        await versions(other).first().click();
        await other.getByText('The stored document is damaged and cannot be read').waitFor();
        await versionOpen(other, 1);
        await other.getByText('2 projects, 2 tasks').waitFor();
        assert.equal(await other.getByRole('button', { name: 'Changes since then' }).count(), 0);
        await other.getByRole('button', { name: 'Restore this one' }).click();
        await other.getByText('The document now is the same').waitFor();
        assert.deepEqual(await board.document(), first);
        assert.equal(await other.getByRole('status').getByRole('button', { name: 'Undo' }).count(), 0);
    });
});
